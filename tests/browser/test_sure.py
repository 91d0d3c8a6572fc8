"""Drawing what is no digit."""

from playwright.sync_api import expect


def test_a_zigzag_is_called_no_digit_and_the_tab_says_why(open_page):
    page = open_page("draw?look=sure")
    canvas = page.locator(".st-key-draw_area canvas").last
    canvas.wait_for()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 200)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(box["x"] + 20 + 24 * step, box["y"] + (60 if step % 2 else 200), steps=4)
    page.mouse.up()
    reading = page.locator("[data-verdict]")
    expect(reading).to_have_attribute("data-verdict", "none", timeout=60_000)
    expect(reading.locator("header")).to_contain_text("No digit, I think")
    expect(page.locator(".lab-sure")).to_contain_text("This does not look like a digit.")
    page.get_by_text("Reliability").click()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
