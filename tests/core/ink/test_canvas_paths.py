import numpy as np
import pytest

from core.errors import DrawingError
from core.ink.fabric_json import USUAL_BRUSH, brush_widths, objects_from_strokes, scale_objects, strokes_from_objects
from core.ink.rendering import MAX_POINTS, MAX_STROKES

# What the canvas sends for one pen stroke, without the fields on colour and the like.
SEVEN = {
    "type": "Path",
    "originX": "center",
    "originY": "center",
    "left": 128.3694,
    "top": 139.6184,
    "width": 136.7747,
    "height": 160.018,
    "strokeWidth": 18,
    "scaleX": 1,
    "scaleY": 1,
    "angle": 0,
    "flipX": False,
    "flipY": False,
    "path": [
        ["M", 59.982, 59.609375],
        ["Q", 60, 59.609375, 77.5, 59.609375],
        ["Q", 95, 59.609375, 112.5, 59.609375],
        ["Q", 130, 59.609375, 147.5, 59.609375],
        ["Q", 165, 59.609375, 182.5, 59.609375],
        ["Q", 200, 59.609375, 190, 79.609375],
        ["Q", 180, 99.609375, 170, 119.609375],
        ["Q", 160, 139.609375, 140, 179.609375],
        ["L", 119.982, 219.627375],
    ],
}
WAY = [[59.982, 59.609375], *([x, 59.609375] for x in (60, 95, 130, 165, 200)), [180, 99.609375], [160, 139.609375]]
WAY.append([119.982, 219.627375])
CLICK = {"type": "Path", "left": 30, "top": 249.6094, "path": [["M", 29.982, 249.609375], ["L", 30.018, 249.609375]]}


def test_a_stroke_has_the_points_where_the_pen_was():
    (stroke,) = strokes_from_objects([SEVEN])
    np.testing.assert_allclose(stroke, WAY, atol=1e-3)


def test_each_object_is_a_stroke_and_a_click_is_one_too():
    strokes = strokes_from_objects([SEVEN, CLICK])
    assert [len(stroke) for stroke in strokes] == [9, 2]
    np.testing.assert_allclose(strokes[1], [[29.982, 249.609], [30.018, 249.609]], atol=1e-3)


def test_no_objects_are_no_strokes():
    assert strokes_from_objects([]) == []


def test_a_moved_stroke_moves():
    (stroke,) = strokes_from_objects([SEVEN | {"left": SEVEN["left"] + 30, "top": SEVEN["top"] - 20}])
    np.testing.assert_allclose(stroke, np.add(WAY, [30, -20]), atol=1e-3)


def test_a_stretched_stroke_stretches_about_its_middle():
    (stroke,) = strokes_from_objects([SEVEN | {"scaleX": 2, "scaleY": 0.5}])
    middle = np.array([SEVEN["left"], SEVEN["top"]])
    np.testing.assert_allclose(stroke, (np.array(WAY) - middle) * [2, 0.5] + middle, atol=1e-3)


def test_a_turned_stroke_turns_clockwise():
    line = {"type": "Path", "path": [["M", 10, 40], ["L", 90, 60]], "left": 50, "top": 50, "angle": 90}
    np.testing.assert_allclose(strokes_from_objects([line])[0], [[60, 10], [40, 90]], atol=1e-9)


@pytest.mark.parametrize(("flip", "expected"), [("flipX", [[90, 40], [10, 60]]), ("flipY", [[10, 60], [90, 40]])])
def test_a_flipped_stroke_is_mirrored(flip, expected):
    line = {"type": "Path", "path": [["M", 10, 40], ["L", 90, 60]], "left": 50, "top": 50, flip: True}
    np.testing.assert_allclose(strokes_from_objects([line])[0], expected, atol=1e-9)


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "Rect", "left": 1, "top": 1},
        {"path": []},
        {"path": [["M", 1]]},
        {"path": [["M", 1, "x"]]},
        {"path": [["M", 1, float("nan")]]},
        {"path": [["M", 1, 10**400]]},
        {"path": [["C", 1, 2, 3, 4, 5, 6]]},
        {"path": [[]]},
        {"path": ["M"]},
        {"path": 7},
        {"path": [["M", 1, 2]], "scaleX": "wide"},
        {"path": [["M", 1, 2]], "left": float("inf")},
        "path",
        None,
    ],
)
def test_what_is_no_stroke_is_refused(entry):
    with pytest.raises(DrawingError, match="something other than strokes"):
        strokes_from_objects([entry])


def test_too_many_strokes_or_points_are_refused_with_the_limit():
    assert len(strokes_from_objects([CLICK] * MAX_STROKES)) == MAX_STROKES
    with pytest.raises(DrawingError, match=r"2,001 strokes; at most 2,000"):
        strokes_from_objects([CLICK] * (MAX_STROKES + 1))
    long = {"path": [["M", 1, 2]] * (MAX_POINTS + 1)}
    with pytest.raises(DrawingError, match=r"200,001 points; at most 200,000"):
        strokes_from_objects([long])


@pytest.mark.parametrize("points", [[[5.0, 6.0]], [[0.0, 0.0], [10.5, 3.0]], [[1.0, 2.0], [1.0, 2.0], [40.0, 2.5]]])
def test_strokes_come_back_from_the_objects_made_of_them(points):
    (made,) = objects_from_strokes([points], [12], "#ffffff")
    assert (made["strokeWidth"], made["stroke"]) == (12, "#ffffff")
    (stroke,) = strokes_from_objects([made])
    expected = points if len(points) > 1 else points * 2
    np.testing.assert_allclose(stroke, expected)


def test_brush_widths_are_those_of_the_objects():
    # A scale below 0 mirrors the stroke.
    objects = [{"strokeWidth": 8, "scaleX": 3}, {"strokeWidth": 5, "scaleX": -2}, {"strokeWidth": 4.5}, {}]
    assert brush_widths(objects) == [24, 10, 4.5, USUAL_BRUSH]


@pytest.mark.parametrize("width", [-1, 0, 281, float("nan"), float("inf"), "wide", None, [3]])
def test_a_width_that_is_none_counts_as_the_usual_one(width):
    assert brush_widths([{"strokeWidth": width}]) == [USUAL_BRUSH]


def test_a_drawing_on_a_larger_canvas_has_longer_strokes_and_wider_lines_and_comes_back_unchanged():
    turned = SEVEN | {"scaleX": 2, "angle": 30}
    larger = scale_objects([turned, CLICK], 2)
    for stroke, original in zip(strokes_from_objects(larger), strokes_from_objects([turned, CLICK]), strict=True):
        np.testing.assert_allclose(stroke, 2 * original)
    assert brush_widths(larger) == [2 * width for width in brush_widths([turned])] + [USUAL_BRUSH]
    assert scale_objects(larger, 0.5) == [turned, CLICK]


@pytest.mark.parametrize("entry", [None, {"path": "M"}, {"path": [["M", None, "x"]]}, {"type": "Circle", "left": None}])
def test_what_is_no_stroke_is_left_to_be_refused(entry):
    assert scale_objects([entry], 2) == [entry]
