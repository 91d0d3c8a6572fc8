"""What is on the canvas, and that it stays there."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.drawing import draw_stroke
from tests.made import wait_until

SEVEN = ((70, 60), (200, 62), (165, 130), (120, 230))
BAR = ((100, 150), (180, 145))


def press(page, label):
    # The component has buttons of the same names, out of sight.
    page.get_by_test_id("stButton").filter(has_text=label).click()


def expect_reading(page, n_strokes):
    expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", str(n_strokes), timeout=60_000)


def expect_nothing_drawn(page):
    expect(page.get_by_text("Draw a digit from 0 to 9")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-strokes]")).to_have_count(0)


def count_ink(page):
    """White pixels on the canvas."""
    return page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
            .reduce((count, value, i) => count + (i % 4 === 0 && value > 200), 0)"""
    )


def expect_ink(page, count):
    """Wait until so many pixels of the canvas are white."""
    wait_until(lambda: count_ink(page) == count)


def expect_rest(page):
    """Wait until the page's script has run to its end."""
    page.locator('[data-test-script-state="notRunning"]').wait_for()


@pytest.fixture
def page(open_page):
    page = open_page("draw")
    page.locator("canvas.upper-canvas").wait_for(timeout=60_000)
    expect_nothing_drawn(page)
    return page


def test_undo_and_clear_take_ink_away(page):
    draw_stroke(page, SEVEN)
    expect_reading(page, 1)
    one = count_ink(page)
    draw_stroke(page, BAR)
    expect_reading(page, 2)
    assert count_ink(page) > one
    press(page, "Undo")
    expect_reading(page, 1)
    expect_ink(page, one)
    # What was taken back does not return with the next stroke.
    draw_stroke(page, BAR)
    expect_reading(page, 2)
    press(page, "Clear")
    expect_nothing_drawn(page)
    expect_ink(page, 0)
    draw_stroke(page, BAR)
    expect_reading(page, 1)


def test_ink_stays_through_a_change_of_page_and_can_be_added_to(page):
    draw_stroke(page, SEVEN)
    expect_reading(page, 1)
    ink = count_ink(page)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="MNIST Lab")).to_be_visible()
    page.get_by_test_id("stTopNavLink").filter(has_text="Draw").click()
    page.locator("canvas.upper-canvas").wait_for()
    expect_reading(page, 1)
    expect_ink(page, ink)
    draw_stroke(page, BAR)
    expect_reading(page, 2)
    press(page, "Undo")
    expect_reading(page, 1)


def test_ink_stays_when_another_network_is_chosen(page):
    draw_stroke(page, SEVEN)
    expect_reading(page, 1)
    ink = count_ink(page)
    page.get_by_role("combobox").click()
    page.get_by_role("option").filter(has_text="Tiny MLP").first.click()
    page.wait_for_url("**/draw?run=tiny-*")
    expect_rest(page)
    expect_reading(page, 1)
    expect_ink(page, ink)
    draw_stroke(page, BAR)
    expect_reading(page, 2)


def test_stages_are_shown_on_request_and_follow_the_drawing(page):
    draw_stroke(page, SEVEN)
    expect_reading(page, 1)
    page.get_by_role("radio", name="Steps").click()
    stages = page.locator(".lab-stage img")
    expect(stages).to_have_count(4)
    before = stages.nth(3).get_attribute("src")
    draw_stroke(page, BAR)
    expect_reading(page, 2)
    expect(stages).to_have_count(4)
    expect(stages.nth(3)).not_to_have_attribute("src", before)


def test_a_finger_can_draw_on_the_upper_edge(open_page):
    page = open_page("draw", width=390, height=844, has_touch=True, is_mobile=True)
    page.locator("canvas.upper-canvas").wait_for(timeout=60_000)
    expect_nothing_drawn(page)
    box = page.locator(".st-key-canvas_frame").bounding_box()
    for n_strokes, from_right in enumerate((15, 40, 90), start=1):
        page.touchscreen.tap(box["x"] + box["width"] - from_right, box["y"] + 6)
        expect_reading(page, n_strokes)


def test_live_reads_while_the_pen_moves_and_the_drawing_stays_when_it_is_switched_off(page):
    switch = page.get_by_text("Live", exact=True)
    switch.click()
    canvas = page.get_by_role("img", name="Canvas to draw on")
    # Its script has begun once it has the size of the frame instead of a browser's own for a new canvas.
    wait_until(lambda: canvas.evaluate("canvas => [canvas.width, canvas.height]") == [280, 312])
    box = page.locator(".st-key-canvas_frame").bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 240, steps=20)
    expect_reading(page, 1)
    expect(page.locator("[data-digit]")).to_have_attribute("data-digit", "1")
    page.mouse.up()
    switch.click()
    page.locator("canvas.upper-canvas").wait_for()
    expect_reading(page, 1)
    wait_until(lambda: count_ink(page) > 1000)
    switch.click()
    expect(canvas).to_be_visible()
    press(page, "Clear")
    expect_nothing_drawn(page)
