"""Each page's own address, as a server's very first visit, and the way from page to page."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import running_app, visit
from pages.components.shell.sitemap import PAGES


@pytest.mark.parametrize(
    ("path", "title"),
    [("", "MNIST Lab"), *((name, page.title) for name, page in PAGES.items() if name != "home")],
)
def test_a_fresh_server_answers_a_page_s_address_with_that_page(browser, tmp_path, path, title):
    with running_app(tmp_path) as (address, _), visit(browser, f"{address}/{path}") as page:
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="Evaluate").first).to_be_visible()
        # The script has run to its end.
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        assert page.get_by_text("Page not found").count() == 0
        assert page.get_by_test_id("stException").count() == 0


def test_a_page_that_the_browser_has_translated_does_not_keep_its_title(open_page):
    page = open_page("")
    # What translation does: other words in elements of its own, in the place of the text.
    title = page.get_by_role("heading", level=1)
    text = title.get_by_text("MNIST Lab")
    text.evaluate("element => { element.innerHTML = '<font><font>数字</font></font>'; }")
    expect(title).to_have_text("数字")
    page.get_by_role("link", name="Anatomy").first.click()
    expect(title).to_have_text("Anatomy")
