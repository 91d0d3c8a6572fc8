"""Pixels painted with the keys alone."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import wait_for_answer


def test_a_digit_is_painted_by_keyboard_and_read(open_page):
    page = open_page("draw?source=pixels&run=cnn", width=390, height=844)
    editor = page.get_by_role("application")
    editor.wait_for()
    expect(page.get_by_text("Paint pixels")).to_be_visible()
    editor.focus()
    for key in ["ArrowUp"] * 9 + ["Space"] + ["Shift+ArrowDown"] * 18:
        page.keyboard.press(key)
    expect(page.locator("[data-digit]")).to_have_attribute("data-digit", "1")
    expect(editor.locator("[aria-live]")).to_have_text("Row 24, column 15: ink")
    page.keyboard.press("Delete")
    expect(editor.locator("[aria-live]")).to_have_text("Row 24, column 15: paper")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def shades(page):
    """The editor's picture: the shade of each pixel's middle, row by row."""
    return (
        page.get_by_role("application")
        .locator("canvas")
        .evaluate(
            """canvas => {
          const side = 28, zoom = canvas.width / side, pen = canvas.getContext("2d");
          return Array.from({ length: side * side }, (_, place) =>
            pen.getImageData((place % side + 0.6) * zoom, (Math.floor(place / side) + 0.6) * zoom, 1, 1).data[0]);
        }"""
        )
    )


@pytest.mark.parametrize("pen", ["Line", "Pixel"])
def test_space_and_arrows_in_turn_paint_a_line_and_rub_it_out(open_page, pen):
    page = open_page("draw?source=pixels&run=cnn")
    editor = page.get_by_role("application")
    editor.wait_for()
    page.locator(".st-key-pixels_pen").get_by_role("radio", name=pen).click()
    wait_for_answer(page)
    editor.focus()
    for key in ["Space", "ArrowDown"] * 5 + ["Space"]:
        page.keyboard.press(key)
    line = [row * 28 + 14 for row in range(14, 20)]
    assert [shades(page)[place] for place in line] == [255] * 6
    # Space at the same place takes back; from there the keys rub out.
    page.keyboard.press("Space")
    for key in ["ArrowUp", "Space"] * 5:
        page.keyboard.press(key)
    assert [shades(page)[place] for place in line] == [0] * 6


def focused(page):
    """The name of the element that has the focus, within components too."""
    return page.evaluate(
        """() => {
          let element = document.activeElement;
          while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
          return element.getAttribute("aria-label") || element.textContent;
        }"""
    )


def test_the_tab_key_passes_the_canvas_by_and_leads_to_the_pixel_editor(open_page):
    page = open_page("draw")
    page.get_by_role("img", name="Canvas to draw on").wait_for()
    wait_for_answer(page)
    source = page.locator(".st-key-source").get_by_role("radio", name="Draw")
    source.focus()
    page.keyboard.press("Tab")
    assert "Paint pixels with the keys" in focused(page)
    expect(page.get_by_role("button", name="Paint pixels with the keys")).to_be_visible()
    page.keyboard.press("Tab")
    assert "Brush" in focused(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("application")).to_be_visible()
