"""Several digits on the canvas, written with the mouse."""

from playwright.sync_api import expect

from benchmarks.app.drawing import draw_stroke

# Canvas pixels. A 2, a 0, a 2 in two strokes of which the foot comes last, and a 6.
TWO = [(18, 110), (28, 92), (48, 92), (54, 110), (40, 140), (16, 172), (60, 172)]
ZERO = [(100, 92), (84, 108), (80, 140), (90, 168), (104, 172), (118, 158), (122, 128), (114, 100), (100, 92)]
HOOK = [(148, 112), (158, 92), (176, 92), (184, 112), (170, 140), (148, 172)]
SIX = [(250, 88), (232, 106), (222, 138), (228, 164), (244, 172), (258, 158), (252, 140), (238, 138), (226, 150)]
FOOT = [(146, 172), (188, 170)]


def test_2026_is_read_as_2026_and_a_digit_chosen(open_page):
    page = open_page("draw?look=networks")
    for stroke in (TWO, ZERO, HOOK, SIX, FOOT):
        draw_stroke(page, stroke)
    number = page.get_by_test_id("number")
    expect(number).to_have_attribute("data-strokes", "5")
    expect(number).to_have_attribute("data-number", "2026")
    expect(number.locator("li")).to_have_count(4)
    page.get_by_role("radio", name="4th").click()
    expect(number.locator("li").nth(3)).to_have_class("chosen")
    expect(page.get_by_test_id("networks").locator("p").first).to_contain_text("networks read the 4th digit as 6")
    # A digit's card chooses it, too.
    number.locator("li").nth(1).click()
    expect(number.locator("li").nth(1)).to_have_class("chosen")
    expect(page.get_by_role("radio", name="2nd")).to_be_checked()
    expect(page.get_by_test_id("networks").locator("p").first).to_contain_text("networks read the 2nd digit as 0")
