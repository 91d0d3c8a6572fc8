"""Each page's own address, as a server's very first visit, and the way from page to page."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import running_app, visit, wait_for_answer
from pages.components.shell.sitemap import PAGES


def expect_page(page, title):
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Evaluate").first).to_be_visible()
    wait_for_answer(page)
    assert page.get_by_text("Page not found").count() == 0
    assert page.get_by_test_id("stException").count() == 0


@pytest.mark.parametrize(("path", "title"), [("", "MNIST Lab"), ("twins", "Twins")])
def test_a_server_s_very_first_visit_is_answered_with_the_page_of_the_address(browser, tmp_path, path, title):
    with running_app(tmp_path) as (address, _), visit(browser, f"{address}/{path}") as page:
        expect_page(page, title)


@pytest.mark.parametrize("name", [name for name in PAGES if name != "home"])
def test_a_page_s_address_is_answered_with_that_page(open_page, name):
    expect_page(open_page(name), PAGES[name].title)


def test_a_page_that_the_browser_has_translated_does_not_keep_its_title(open_page):
    page = open_page("")
    # What translation does: other words in elements of its own, in the place of the text.
    title = page.get_by_role("heading", level=1)
    text = title.get_by_text("MNIST Lab")
    text.evaluate("element => { element.innerHTML = '<font><font>数字</font></font>'; }")
    expect(title).to_have_text("数字")
    page.get_by_role("link", name="Anatomy").first.click()
    expect(title).to_have_text("Anatomy")
