"""Explanations of a drawing on a phone."""

from playwright.sync_api import expect
from test_draw import draw

_SEVEN = [(0.28, 0.25), (0.5, 0.25), (0.72, 0.25), (0.62, 0.45), (0.52, 0.65), (0.45, 0.85)]


def test_a_drawing_is_explained_and_turned_pixel_by_pixel(open_page):
    page = open_page("draw?look=why&run=cnn", width=390, height=844, has_touch=True)
    draw(page, _SEVEN)
    expect(page.locator(".lab-why")).to_contain_text("speaks for 7", timeout=60_000)
    page.get_by_text("Grad-CAM").click()
    expect(page.locator(".lab-why")).to_contain_text("last convolutional layer")
    page.get_by_text("The smallest change").click()
    change = page.locator(".lab-why").last
    expect(change).to_contain_text("changes it reads 1.", timeout=60_000)
    slider = page.get_by_role("slider", name="Changes made")
    slider.press("Home")
    expect(change).to_contain_text("After 0 of")
    expect(change).to_contain_text("changes it reads 7.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
