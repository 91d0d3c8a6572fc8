"""What is on the canvas, and that it stays there."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.drawing import count_ink, draw_stroke
from benchmarks.app.running_app import find_box, wait_for_answer
from tests.browser.downloads import download_json
from tests.made import wait_until

SEVEN = ((70, 60), (200, 62), (165, 130), (120, 230))
BAR = ((100, 150), (180, 145))
LINE = ((140, 40), (140, 240))


def press(page, label):
    # The component has buttons of the same names, out of sight.
    page.get_by_test_id("stButton").filter(has_text=label).click()


def expect_prediction(page, n_strokes):
    expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", str(n_strokes))


def expect_nothing_drawn(page):
    expect(page.get_by_text("Draw a digit from 0 to 9")).to_be_visible()
    expect(page.locator("[data-strokes]")).to_have_count(0)


def expect_ink(page, count):
    """Wait until that many pixels of the canvas are white."""
    wait_until(lambda: count_ink(page) == count)


def live_canvas(page):
    """The canvas that sends a stroke while it is drawn, once it can be drawn on."""
    canvas = page.locator(".st-key-live_canvas").get_by_role("img", name="Canvas to draw on")
    # Its script has begun once it has as many pixels as it is wide instead of a browser's own number for a new canvas.
    wait_until(lambda: canvas.evaluate("canvas => canvas.width === canvas.clientWidth && canvas.height > canvas.width"))
    return canvas


@pytest.fixture
def page(open_page):
    page = open_page("draw")
    page.locator("canvas.upper-canvas").wait_for()
    expect_nothing_drawn(page)
    return page


def test_undo_and_clear_take_ink_away(page):
    draw_stroke(page, SEVEN)
    expect_prediction(page, 1)
    one = count_ink(page)
    draw_stroke(page, BAR)
    expect_prediction(page, 2)
    assert count_ink(page) > one
    press(page, "Undo")
    expect_prediction(page, 1)
    expect_ink(page, one)
    # What was taken back does not return with the next stroke.
    draw_stroke(page, BAR)
    expect_prediction(page, 2)
    press(page, "Clear")
    expect_nothing_drawn(page)
    expect_ink(page, 0)
    draw_stroke(page, BAR)
    expect_prediction(page, 1)


def find_middle(locator):
    """Where to click it, in pixels of the page."""
    box = find_box(locator)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def expect_undo_takes_back_the_last_stroke(page):
    draw_stroke(page, SEVEN)
    expect_prediction(page, 1)
    one, undo = count_ink(page), find_middle(page.get_by_test_id("stButton").filter(has_text="Undo"))
    for _ in range(5):
        draw_stroke(page, BAR)
        page.mouse.click(*undo)
        # If the page did not know of the last stroke, it would take back the first one.
        expect_ink(page, one)
        wait_for_answer(page)
        expect_prediction(page, 1)


def test_undo_right_after_a_stroke_takes_back_that_stroke(page):
    expect_undo_takes_back_the_last_stroke(page)


def test_undo_right_after_a_live_stroke_takes_back_that_stroke(page):
    page.get_by_text("Live", exact=True).click()
    live_canvas(page)
    expect_undo_takes_back_the_last_stroke(page)


@pytest.mark.parametrize("ends_late", [False, True])
@pytest.mark.parametrize(("button", "left"), [("Undo", 1), ("Clear", 0)])
def test_a_live_stroke_begun_before_the_page_has_answered_undo_or_clear_stays(page, button, left, ends_late):
    page.get_by_text("Live", exact=True).click()
    live_canvas(page)
    draw_stroke(page, SEVEN)
    expect_prediction(page, 1)
    draw_stroke(page, BAR)
    expect_prediction(page, 2)
    wait_for_answer(page)
    ink = count_ink(page)
    box = find_box(page.locator(".st-key-canvas_frame"))
    middle, top, bottom = box["x"] + box["width"] / 2, box["y"] + 20, box["y"] + box["height"] - 20
    page.mouse.move(middle, top)
    # Nothing comes between the click and the stroke.
    page.get_by_test_id("stButton").filter(has_text=button).locator("button").evaluate("button => button.click()")
    page.mouse.down()
    page.mouse.move(middle, bottom - 20, steps=4)
    if ends_late:
        expect_prediction(page, left + 1)
        wait_for_answer(page)
    page.mouse.move(middle, bottom, steps=2)
    page.mouse.up()
    expect_prediction(page, left + 1)
    wait_for_answer(page)
    # The long line stays; what was taken back is the short one before it, or both.
    assert count_ink(page) > ink if left else 0 < count_ink(page) < ink
    press(page, "Undo")
    if left:
        expect_prediction(page, left)
    else:
        expect_nothing_drawn(page)


def test_live_right_after_a_stroke_keeps_it(page):
    live = find_middle(page.get_by_text("Live", exact=True))
    for again in range(6):
        draw_stroke(page, ((20 + 45 * again, 40), (20 + 45 * again, 240)))
        page.mouse.click(*live)
        expect_prediction(page, again + 1)
        live_canvas(page) if again % 2 == 0 else page.locator("canvas.upper-canvas").wait_for()
        wait_for_answer(page)
        # A canvas that has not shown the drawing yet would put it in the place of the next stroke.
        wait_until(lambda: count_ink(page) > 0)


def test_a_label_right_after_a_stroke_keeps_the_digit_with_it(open_page, tmp_path):
    page = open_page("draw?look=mine")
    page.locator("canvas.upper-canvas").wait_for()
    label = page.locator(".st-key-my_digits_label_row").get_by_role("radio", name="1", exact=True)
    for again in range(5):
        draw_stroke(page, LINE)
        expect_prediction(page, 1)
        expect(label).to_be_enabled()
        middle = find_middle(label)
        draw_stroke(page, ((100 - 4 * again, 240), (180, 240)))
        page.mouse.click(*middle)
        expect_nothing_drawn(page)
        expect(page.locator(".st-key-my_digits_gallery button")).to_have_count(again + 1)
        expect_ink(page, 0)
    digits = download_json(page, "Download digits", tmp_path / "mine.json")["digits"]
    assert [len(digit["strokes"]) for digit in digits] == [2] * 5


def test_ink_stays_through_a_change_of_page_and_can_be_added_to(page):
    draw_stroke(page, SEVEN)
    expect_prediction(page, 1)
    ink = count_ink(page)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="MNIST Lab")).to_be_visible()
    page.get_by_test_id("stTopNavLink").filter(has_text="Draw").click()
    page.locator("canvas.upper-canvas").wait_for()
    expect_prediction(page, 1)
    expect_ink(page, ink)
    draw_stroke(page, BAR)
    expect_prediction(page, 2)
    press(page, "Undo")
    expect_prediction(page, 1)


def test_ink_stays_when_another_network_is_chosen(page):
    draw_stroke(page, SEVEN)
    expect_prediction(page, 1)
    ink = count_ink(page)
    page.get_by_role("combobox").click()
    page.get_by_role("option").filter(has_text="Tiny MLP").first.click()
    page.wait_for_url("**/draw?run=tiny-*")
    wait_for_answer(page)
    expect_prediction(page, 1)
    expect_ink(page, ink)
    draw_stroke(page, BAR)
    expect_prediction(page, 2)


def test_stages_are_shown_on_request_and_follow_the_drawing(page):
    draw_stroke(page, SEVEN)
    expect_prediction(page, 1)
    page.get_by_role("radio", name="Steps").click()
    stages = page.locator(".lab-stage img")
    expect(stages).to_have_count(4)
    before = stages.nth(3).get_attribute("src")
    draw_stroke(page, BAR)
    expect_prediction(page, 2)
    expect(stages).to_have_count(4)
    expect(stages.nth(3)).not_to_have_attribute("src", before)


def test_a_finger_can_draw_on_the_upper_edge(open_page):
    page = open_page("draw", width=390, height=844, has_touch=True, is_mobile=True)
    page.locator("canvas.upper-canvas").wait_for()
    expect_nothing_drawn(page)
    box = find_box(page.locator(".st-key-canvas_frame"))
    for n_strokes, from_right in enumerate((15, 40, 90), start=1):
        page.touchscreen.tap(box["x"] + box["width"] - from_right, box["y"] + 6)
        expect_prediction(page, n_strokes)


def test_live_reads_while_the_pen_moves_and_the_drawing_stays_when_it_is_switched_off(page):
    switch = page.get_by_text("Live", exact=True)
    switch.click()
    canvas = live_canvas(page)
    box = find_box(page.locator(".st-key-canvas_frame"))
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 240, steps=20)
    expect_prediction(page, 1)
    expect(page.locator("[data-digit]")).to_have_attribute("data-digit", "1")
    page.mouse.up()
    switch.click()
    page.locator("canvas.upper-canvas").wait_for()
    expect(canvas).to_have_count(0)
    expect_prediction(page, 1)
    wait_until(lambda: count_ink(page) > 1000)
    switch.click()
    expect(canvas).to_be_visible()
    press(page, "Clear")
    expect_nothing_drawn(page)
