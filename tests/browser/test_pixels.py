"""Pixels painted with the keys alone."""

from playwright.sync_api import expect


def test_a_digit_is_painted_by_keyboard_and_read(open_page):
    page = open_page("draw?source=pixels&run=cnn", width=390, height=844)
    editor = page.get_by_role("application")
    editor.wait_for(timeout=60_000)
    expect(page.get_by_text("Paint pixels")).to_be_visible()
    editor.focus()
    for key in ["ArrowUp"] * 9 + ["Space"] + ["Shift+ArrowDown"] * 18:
        page.keyboard.press(key)
    expect(page.locator("[data-digit]")).to_have_attribute("data-digit", "1", timeout=60_000)
    expect(editor.locator("[aria-live]")).to_have_text("Row 24, column 15: ink")
    page.keyboard.press("Delete")
    expect(editor.locator("[aria-live]")).to_have_text("Row 24, column 15: paper")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
