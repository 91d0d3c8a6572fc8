"""What the canvases tell the page and are told by it. Their scripts run in a browser only, see tests/browser."""

import sys
from types import SimpleNamespace
from unittest.mock import ANY

import pytest
from streamlit.testing.v1 import AppTest

from core.ink.fabric_json import brush_widths, scale_objects, strokes_from_objects
from pages.components.draw.canvas import live_canvas, pixel_editor
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.draw.canvas.drawable_canvas import SHARPER
from tests.pages.drawing import DASH, ONE, as_object, find

SENT = {
    "number": 4,
    "rev": 7,
    "strokes": [{"width": 10, "points": [1, 2, 3, 4]}, {"width": 25, "points": [5, 6, 7, 8, 9, 10]}],
}
LATE = SENT | {"rev": 6}


def take():
    from pages.components.draw.canvas.canvas import _take

    _take()


def take_pixels():
    from pages.components.draw.canvas.pixel_editor import _take

    _take()


def undo():
    from pages.components.draw.canvas.canvas import _take, _undo

    # Streamlit's order: the button's callback comes first.
    _undo()
    _take()


def clear():
    from pages.components.draw.canvas.canvas import _clear, _take

    _clear()
    _take()


def canvas():
    from pages.components.draw.canvas.canvas import draw_canvas

    draw_canvas()


def pixels():
    import streamlit as st

    from pages.components.draw.source.pixels import choose_pixels

    st.session_state["subject"] = choose_pixels(None)


def run(script, **state):
    app = AppTest.from_function(script, default_timeout=30)
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def shown(monkeypatch):
    """What the two components of our own were last told to show."""
    showing_errors = []
    for module in (live_canvas, pixel_editor):
        monkeypatch.setattr(module, "_COMPONENT", lambda **more: showing_errors.append(more["data"]))
    return showing_errors


def test_the_live_canvas_s_strokes_become_the_drawing_each_with_its_width():
    app = run(take, live_canvas={"drawing": SENT}, canvas_start={"objects": [], "rev": 7})
    objects = app.session_state[DRAWING]
    assert [stroke.tolist() for stroke in strokes_from_objects(objects)] == [
        [[1, 2], [3, 4]],
        [[5, 6], [7, 8], [9, 10]],
    ]
    assert brush_widths(objects) == [10, 25]
    assert app.session_state["live_canvas_seen"] == 4


def test_what_the_live_canvas_sent_before_the_drawing_was_changed_is_passed_over_but_answered():
    state = {"live_canvas": {"drawing": LATE}, "canvas_start": {"objects": [], "rev": 7}}
    app = run(take, **state, **{DRAWING: [as_object(ONE)]})
    assert app.session_state[DRAWING] == [as_object(ONE)]
    assert app.session_state["live_canvas_seen"] == 4


def test_the_component_s_objects_become_the_drawing_in_the_pixels_of_the_page():
    drawn = [as_object(ONE, strokeWidth=12), as_object(DASH)]
    app = run(take, canvas={"drawing": {"raw": {"objects": scale_objects(drawn, SHARPER)}}})
    assert app.session_state[DRAWING] == drawn


def test_the_package_is_told_the_drawing_its_size_and_the_brush_in_its_own_pixels(monkeypatch):
    def draw():
        from pages.components.draw.canvas.drawable_canvas import draw_drawable_canvas
        from tests.pages.drawing import ONE, as_object

        draw_drawable_canvas({"objects": [as_object(ONE)], "rev": 7}, "white", "black", 12, (280, 140), print)

    told = []
    # The package itself cannot be imported without a server.
    package = SimpleNamespace(st_canvas=lambda **given: told.append(given))
    monkeypatch.setitem(sys.modules, "streamlit_drawable_canvas", package)
    run(draw)
    [given] = told
    assert (given["width"], given["height"]) == (280 * SHARPER, 140 * SHARPER)
    assert given["stroke_width"] == 12 * SHARPER
    assert given["initial_drawing"] == {"rev": 7, "objects": scale_objects([as_object(ONE)], SHARPER)}
    assert (given["stroke_color"], given["background_color"]) == ("white", "black")


def test_a_canvas_that_has_just_appeared_does_not_empty_the_drawing_it_is_told_to_show():
    drawn = [as_object(ONE), as_object(DASH)]
    assert run(take, canvas={"drawing": None}, **{DRAWING: drawn}).session_state[DRAWING] == drawn
    undone = run(undo, canvas={"drawing": None}, canvas_start={"objects": drawn, "rev": 7}, **{DRAWING: drawn})
    assert undone.session_state[DRAWING] == drawn[:1]


SENT_WITH_THE_CLICK = pytest.mark.parametrize(
    "sent",
    [
        {"canvas": {"drawing": {"raw": {"objects": [as_object(ONE), as_object(DASH)]}}}},
        {"live_canvas": {"drawing": SENT}},
    ],
)


@SENT_WITH_THE_CLICK
def test_clear_removes_a_stroke_that_has_come_together_with_the_click(sent):
    app = run(clear, canvas_start={"objects": [], "rev": 7}, **sent, **{DRAWING: [as_object(ONE)]})
    assert app.session_state[DRAWING] == []


@SENT_WITH_THE_CLICK
def test_undo_takes_back_a_stroke_that_has_come_together_with_the_click(sent):
    app = run(undo, canvas_start={"objects": [], "rev": 7}, **sent, **{DRAWING: [as_object(ONE)]})
    assert len(app.session_state[DRAWING]) == 1
    assert app.session_state["canvas_start"]["objects"] == app.session_state[DRAWING]
    assert app.session_state["canvas_start"]["rev"] == 8
    # By which the live canvas tells the strokes that this drawing was made without.
    assert app.session_state["canvas_start"]["seen"] == (4 if "live_canvas" in sent else 0)


def test_the_live_canvas_shows_the_drawing_with_its_widths(shown):
    objects = [as_object(ONE, strokeWidth=12), as_object(DASH, strokeWidth=30)]
    app = run(canvas, canvas_live=True, canvas_brush=20, live_canvas_seen=4, **{DRAWING: objects})
    strokes = [
        {"width": width, "points": [float(x) for point in stroke for x in point]}
        for width, stroke in ((12, ONE), (30, DASH))
    ]
    assert shown[-1] == {
        "start": {"rev": 1, "strokes": strokes, "seen": 4},
        "size": (280, 312),
        "brush": 20,
        "ink": "#ffffff",
        "label": "Canvas to draw on",
        "seen": 4,
        "changes": ".st-key-canvas_undo, .st-key-canvas_clear",
    }
    # Each change made by the page has a number of its own, else the canvas would take no notice.
    find(app.button, "Undo").click().run()
    assert shown[-1]["start"]["strokes"] == strokes[:1]
    find(app.button, "Clear").click().run()
    assert shown[-1]["start"]["strokes"] == []
    numbers = [data["start"]["rev"] for data in shown]
    assert len({*numbers}) == len(shown) == 3
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(("rev", "is_taken"), [(3, True), (2, False)])
def test_pixels_painted_before_another_picture_was_put_there_are_passed_over(rev, is_taken):
    black, white = "00" * 784, "ff" * 784
    app = run(
        take_pixels,
        pixels=black,
        pixels_start={"rev": 3, "pixels": black},
        pixel_editor={"picture": {"rev": rev, "pixels": white}},
    )
    assert app.session_state["pixels"] == (white if is_taken else black)


def test_the_pixel_editor_has_the_chosen_pen_and_starts_with_the_picture(shown):
    white = "ff" * 784
    app = run(pixels, pixels=white)
    assert shown[-1] == {"start": {"rev": 1, "pixels": white}, "soft": True, "texts": ANY}
    assert shown[-1]["texts"]["place"] == "Row {row}, column {column}: {shade}"
    assert (app.session_state["subject"].picture == 255).all()
    find(app.segmented_control, "Pen").set_value(False).run()
    assert shown[-1]["soft"] is False
