"""Explanations of a drawing on a phone."""

import re

from playwright.sync_api import expect

from benchmarks.app.drawing import draw_stroke

_SEVEN = [(78, 70), (140, 70), (202, 70), (174, 126), (146, 182), (126, 238)]


def test_a_drawing_is_explained_and_turned_pixel_by_pixel(open_page):
    page = open_page("draw?look=why&run=cnn", width=390, height=844, has_touch=True)
    draw_stroke(page, _SEVEN)
    expect(page.locator(".lab-why")).to_contain_text("speaks for 7")
    page.get_by_text("Grad-CAM").click()
    expect(page.locator(".lab-why")).to_contain_text("last convolutional layer")
    page.get_by_text("The smallest change").click()
    change = page.locator(".lab-why").last
    expect(change).to_contain_text(re.compile(r"changes it predicts [0-689]\."))
    slider = page.get_by_role("slider", name="Changes made")
    slider.press("Home")
    expect(change).to_contain_text("After 0 of")
    expect(change).to_contain_text("changes it predicts 7.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
