"""Presenter mode, switched by its key."""

from playwright.sync_api import expect

from benchmarks.app.running_app import find_box, wait_for_answer
from tests.made import wait_until


def text_size(page):
    return page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")


def test_the_key_p_makes_a_page_large_and_hides_its_forms_and_brings_them_back(open_page):
    page = open_page("train?dataset=digits&run=cnn", width=1920, height=1080)
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_visible()
    wait_for_answer(page)
    usual, title = text_size(page), page.get_by_role("heading", name="Classic CNN")
    page.keyboard.press("p")
    expect(start).to_be_hidden()
    expect(title).to_be_visible()
    wait_until(lambda: text_size(page) > 2 * usual)
    # It holds on other pages.
    page.get_by_role("link", name="Draw", exact=True).first.click()
    canvas = page.locator(".st-key-canvas_frame")
    wait_until(lambda: find_box(canvas)["width"] > 700)
    expect(page.get_by_label("Network", exact=True)).to_be_hidden()
    wait_for_answer(page)
    page.keyboard.press("p")
    expect(page.get_by_label("Network", exact=True)).to_be_visible()
    wait_until(lambda: text_size(page) == usual)
