"""Drawing what is no digit."""

from playwright.sync_api import expect

from benchmarks.app.drawing import draw_stroke


def test_a_zigzag_is_called_no_digit_and_the_tab_says_why(open_page):
    page = open_page("draw?look=sure")
    draw_stroke(page, [(20 + 24 * corner, 60 if corner % 2 else 200) for corner in range(11)])
    reading = page.locator("[data-verdict]")
    expect(reading).to_have_attribute("data-verdict", "none")
    expect(reading.locator("header")).to_contain_text("No digit, I think")
    expect(page.locator(".lab-sure")).to_contain_text("This does not look like a digit.")
    page.get_by_text("Reliability").click()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
