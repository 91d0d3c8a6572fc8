"""The app in another language: a browser's own, one that is chosen, and one that a link asks for."""

import re

import pytest
from playwright.sync_api import expect

TITLES = {
    "train": "训练",
    "draw": "手写",
    "evaluate": "评估",
    "sweep": "参数扫描",
    "twins": "对照",
    "anatomy": "解剖",
}


def title(page):
    return page.get_by_test_id("stHeading").get_by_role("heading", level=1)


@pytest.mark.parametrize("name", TITLES)
def test_a_chinese_browser_gets_each_page_in_chinese(open_page, name):
    page = open_page(name, locale="zh-CN")
    expect(title(page)).to_have_text(TITLES[name])
    expect(page.locator("html[lang=zh-Hans]")).to_be_attached()
    expect(page.locator(".stException")).to_have_count(0)


def test_a_choice_of_language_holds_from_then_on_and_keeps_the_page_as_it_was(open_page):
    page = open_page("draw?look=why")
    page.get_by_role("link", name="简体中文").click()
    expect(title(page)).to_have_text("手写")
    expect(page).to_have_url(re.compile(r"/draw\?look=why$"))
    page.reload()
    expect(title(page)).to_have_text("手写")
    page.get_by_role("link", name="评估").first.click()
    expect(title(page)).to_have_text("评估")
    page.get_by_role("link", name="English").click()
    expect(title(page)).to_have_text("Evaluate")
    expect(page.locator("html[lang=en]")).to_be_attached()


def test_a_narrow_window_has_the_languages_below_the_page(open_page):
    page = open_page("twins?lang=zh", width=390, height=844)
    expect(title(page)).to_have_text("对照")
    link = page.get_by_role("link", name="English")
    link.scroll_into_view_if_needed()
    expect(link).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    link.click()
    expect(title(page)).to_have_text("Twins")
