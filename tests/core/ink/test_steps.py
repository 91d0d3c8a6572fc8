"""The steps from strokes to picture, one by one left out."""

from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.ink.rendering import (
    ALL_STEPS,
    INK_SIDE,
    MIDDLE,
    SIDE,
    THICKNESS,
    Canvas,
    PreprocessSteps,
    picture_from_strokes,
)

SEVEN = [np.array([[60.0, 60], [200, 60], [120, 220]]), np.array([[100.0, 140], [180, 140]])]
UPRIGHT = [np.array([[100.0, 40], [100, 200]])]


def canvas(*brushes, left=0.0, top=0.0):
    return Canvas(left, top, 280.0, brushes)


def picture(strokes, brush=16.0, **steps):
    return picture_from_strokes(strokes, steps=PreprocessSteps(**steps), canvas=canvas(*[brush] * len(strokes))).picture


def extent(image, axis):
    """First and last row (axis 1) or column (axis 0) with ink above half."""
    inked = np.flatnonzero((image > 127).any(axis))
    return int(inked[0]), int(inked[-1])


def centre(image):
    middles = np.arange(len(image)) + 0.5
    return image.sum(0) @ middles / image.sum(), image.sum(1) @ middles / image.sum()


def test_with_all_steps_brush_and_canvas_make_no_difference():
    usual = picture_from_strokes(SEVEN)
    for given in (canvas(4.0, 40.0), canvas(16.0, 16.0, left=-50, top=32)):
        stages = picture_from_strokes(SEVEN, steps=ALL_STEPS, canvas=given)
        np.testing.assert_array_equal(stages.picture, usual.picture)
        np.testing.assert_array_equal(stages.scaled, usual.scaled)


def test_without_the_middle_the_box_lies_in_the_middle():
    left, right = extent(picture(SEVEN, centre=False), 0)
    assert left + right == SIDE - 1
    assert centre(picture(SEVEN, centre=False)) != pytest.approx((MIDDLE, MIDDLE), abs=0.5)


@pytest.mark.parametrize("brush", [8.0, 16.0, 40.0])
def test_without_thickening_lines_are_as_wide_as_the_brush(brush):
    image = picture(UPRIGHT, brush, thicken=False)
    top, bottom = extent(image, 1)
    assert bottom - top == pytest.approx(INK_SIDE - 2, abs=1)
    assert image[SIDE // 2].sum() / 255 == pytest.approx(brush * (INK_SIDE - 1) / (160 + brush), abs=0.3)


def test_without_thickening_each_stroke_keeps_its_own_width():
    strokes = [np.array([[0.0, 0], [0, 100]]), np.array([[100.0, 0], [100, 100]])]
    stages = picture_from_strokes(
        strokes, steps=PreprocessSteps(thicken=False, centre=False), canvas=canvas(10.0, 30.0)
    )
    left, right = stages.scaled[INK_SIDE // 2].reshape(2, -1).sum(1) / 255
    assert right == pytest.approx(3 * left, rel=0.2)


def test_without_the_box_the_whole_canvas_is_shrunk():
    stages = picture_from_strokes(UPRIGHT, steps=PreprocessSteps(cut_out=False, centre=False), canvas=canvas(16.0))
    assert stages.scaled.shape == (SIDE, SIDE)
    np.testing.assert_array_equal(stages.scaled, stages.picture)
    assert centre(stages.picture) == pytest.approx((10, 12), abs=0.1)
    assert stages.picture[12].sum() / 255 == pytest.approx(THICKNESS, abs=0.15)
    moved = picture_from_strokes(UPRIGHT, steps=PreprocessSteps(cut_out=False), canvas=canvas(16.0)).picture
    assert centre(moved) == pytest.approx((MIDDLE, MIDDLE), abs=0.1)


def test_without_any_step_it_is_the_canvas_shrunk():
    bitmap = Image.new("L", (280, 280))
    ImageDraw.Draw(bitmap).line([(60, 60), (200, 60)], fill=255, width=16)
    shrunk = np.asarray(bitmap.resize((SIDE, SIDE), Image.Resampling.BOX))
    image = picture([np.array([[60.0, 60], [200, 60]])], cut_out=False, thicken=False, centre=False)
    assert np.corrcoef(image.ravel(), shrunk.ravel())[0, 1] > 0.9


def test_the_canvas_may_lie_anywhere():
    steps = PreprocessSteps(cut_out=False, thicken=False, centre=False)
    here = picture_from_strokes(SEVEN, steps=steps, canvas=canvas(16.0, 16.0))
    there = picture_from_strokes(
        [stroke + np.array([7, 32]) for stroke in SEVEN], steps=steps, canvas=canvas(16.0, 16.0, left=7, top=32)
    )
    assert np.abs(here.picture.astype(int) - there.picture).max() <= 1


@pytest.mark.parametrize("given", list(product((False, True), repeat=3)))
@pytest.mark.parametrize("strokes", [SEVEN, [np.array([[5.0, 5]])], [SEVEN[0] + np.array([80, 60]), np.zeros((0, 2))]])
def test_ink_stays_inside_whatever_is_left_out(given, strokes):
    stages = picture_from_strokes(strokes, steps=PreprocessSteps(*given), canvas=canvas(*[16.0] * len(strokes)))
    assert stages.picture.shape == (SIDE, SIDE)
    assert stages.picture.max() > 150
