"""What of the Draw page is in sight, and that a drawing keeps its place while the window changes."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.drawing import draw_stroke
from benchmarks.app.running_app import find_box, wait_for_answer
from tests.made import wait_until

SEVEN = ((70, 60), (200, 62), (165, 130), (120, 230))
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
PANELS = ("Steps", "How sure", "All networks", "Why", "My digits")


def open_drawn(open_page, **options):
    page = open_page("draw", **options)
    page.locator("canvas.upper-canvas").wait_for()
    draw_stroke(page, SEVEN)
    expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", "1")
    return page


def box(page, selector):
    """Left, top, right and bottom of an element in pixels of the window."""
    found = find_box(page.locator(selector).first)
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def expect_in_sight(page, selector):
    left, top, right, bottom = box(page, selector)
    size = page.viewport_size
    assert left >= 0, selector
    assert top >= 0, selector
    assert right <= size["width"], selector
    assert bottom <= size["height"], selector


def find_ink(page):
    """Left, top, right and bottom of the white pixels as shares of the canvas."""
    return page.locator(".st-key-canvas_frame canvas:is(.dc-canvas.lower-canvas, [role=img])").evaluate(
        """canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const xs = [], ys = [];
          for (let i = 0; i < data.length; i += 4) if (data[i] > 200) {
            xs.push((i / 4) % canvas.width / canvas.width);
            ys.push(Math.floor(i / 4 / canvas.width) / canvas.height);
          }
          const least = (all) => all.reduce((a, b) => Math.min(a, b), 2);
          const most = (all) => all.reduce((a, b) => Math.max(a, b), -1);
          return [least(xs), least(ys), most(xs), most(ys)];
        }"""
    )


def test_a_window_of_1280_by_720_shows_the_canvas_the_prediction_and_what_to_look_closer_at(open_page):
    page = open_drawn(open_page, width=1280, height=720)
    for part in (".st-key-canvas_frame", ".lab-prediction", ".st-key-look", ".st-key-my_digits_label"):
        expect_in_sight(page, part)


def test_a_phone_shows_a_canvas_as_wide_as_it_allows_and_the_answer(open_page):
    page = open_drawn(open_page, **PHONE)
    for part in (".st-key-canvas_frame", ".lab-prediction header"):
        expect_in_sight(page, part)
    left, _, right, _ = box(page, ".st-key-canvas_frame")
    assert right - left == 390 - 32


def test_the_canvas_grows_with_a_large_screen(open_page):
    page = open_drawn(open_page, width=1920, height=1080)
    left, _, right, _ = box(page, ".st-key-canvas_frame")
    assert right - left > 500
    expect_in_sight(page, ".st-key-canvas_frame")


@pytest.mark.parametrize("options", [PHONE, {"width": 1280, "height": 720}])
def test_a_panel_comes_into_view_when_it_is_opened(open_page, options):
    page = open_drawn(open_page, **options)
    for name in PANELS:
        pill = page.locator(".st-key-look").get_by_role("radio", name=name)
        pill.tap() if "has_touch" in options else pill.click()
        expect(pill).to_be_checked()
        # The panel has half of the window at least.
        wait_until(lambda: 0 <= box(page, ".st-key-draw_panel")[1] < options["height"] / 2)
        expect_in_sight(page, ".st-key-look")
        page.locator(".stMain").evaluate("main => main.scrollTo(0, 0)")


def test_a_panel_that_a_link_opens_leaves_the_canvas_in_view(open_page):
    page = open_page("draw?look=why", **PHONE)
    page.locator("canvas.upper-canvas").wait_for()
    expect(page.locator(".st-key-look").get_by_role("radio", name="Why")).to_be_checked()
    wait_for_answer(page)
    expect_in_sight(page, ".st-key-canvas_frame")


@pytest.mark.parametrize("is_live", [False, True])
def test_a_drawing_keeps_its_place_and_its_prediction_when_the_window_is_resized(open_page, is_live):
    page = open_page("draw", width=1280, height=720)
    page.locator("canvas.upper-canvas").wait_for()
    if is_live:
        page.get_by_text("Live", exact=True).click()
        page.locator(".st-key-live_canvas canvas").wait_for()
        expect(page.locator("canvas.upper-canvas")).to_have_count(0)
    draw_stroke(page, SEVEN)
    expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", "1")
    expect(page.locator("[data-strokes]")).to_have_attribute("data-digit", "7")
    before = find_ink(page)
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(lambda: box(page, ".st-key-canvas_frame")[2] == 390 - 16)
    expect(page.locator("[data-strokes]")).to_have_attribute("data-digit", "7")
    expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", "1")
    # Where the same stroke is drawn again, it lies on the first one.
    draw_stroke(page, SEVEN)
    expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", "2")
    assert find_ink(page) == pytest.approx(before, abs=0.012)
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", "2")
    wait_until(lambda: find_ink(page) == pytest.approx(before, abs=0.012))
