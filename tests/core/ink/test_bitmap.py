from itertools import pairwise

import numpy as np
import pytest

from core.ink.bitmap import picture_from_bitmap
from core.ink.rendering import INK_SIDE, MIDDLE, THICKNESS, PreprocessSteps
from tests.core.ink.drawings import SEVEN, centre, extent, picture


def bitmap(strokes, brush, ink=(255, 255, 255, 255), paper=(11, 15, 22, 255)):
    """A canvas of 280 pixels with the strokes' lines, drawn pixel by pixel."""
    rows, columns = np.mgrid[:280, :280] + 0.5
    inked = np.zeros((280, 280), bool)
    for stroke in strokes:
        for (x0, y0), (x1, y1) in pairwise(stroke):
            for share in np.linspace(0, 1, 200):
                x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
                inked |= (columns - x) ** 2 + (rows - y) ** 2 <= (brush / 2) ** 2
    return np.where(inked[..., None], np.array(ink), np.array(paper)).astype(np.uint8)


@pytest.mark.parametrize(
    "colours",
    [
        {},
        {"ink": (0, 0, 0, 255), "paper": (255, 255, 255, 255)},
        {"ink": (0, 0, 0, 255), "paper": (0, 0, 0, 0)},
        {"ink": (200, 30, 30, 255), "paper": (250, 250, 240, 255)},
    ],
)
def test_a_bitmap_in_any_colours_gives_nearly_the_strokes_picture(colours):
    # The brush has the thickness that the strokes are drawn with.
    stages = picture_from_bitmap(bitmap(SEVEN, 22, **colours))
    assert np.corrcoef(stages.picture.ravel(), picture(SEVEN).ravel())[0, 1] > 0.85
    assert np.array(stages.box) == pytest.approx([49, 49, 211, 231], abs=2)
    assert extent(stages.scaled)[1] == INK_SIDE


def test_a_bitmap_is_centred_by_mass():
    small = picture_from_bitmap(bitmap([stroke / 2 for stroke in SEVEN], 10)).picture
    assert centre(small) == pytest.approx((MIDDLE, MIDDLE), abs=0.55)


@pytest.mark.parametrize(("top", "left"), [(250, 250), (50, 250), (250, 50)])
def test_ink_far_from_its_own_middle_stays_inside(top, left):
    paper = np.zeros((280, 280, 4), np.uint8)
    paper[20:80, 20:80] = paper[top : top + 10, left : left + 10] = 255
    stages = picture_from_bitmap(paper)
    assert int(stages.picture.sum()) == pytest.approx(int(stages.scaled.sum()), rel=0.05)
    assert extent(stages.picture) == pytest.approx(extent(stages.scaled), abs=1)


@pytest.mark.parametrize("brush", [2, 4, 10])
def test_thin_lines_of_a_bitmap_stay_white(brush):
    assert picture_from_bitmap(bitmap(SEVEN, brush)).picture.max() == 255


@pytest.mark.parametrize("is_transparent", [True, False])
def test_a_pale_veil_is_no_ink(is_transparent):
    paper = bitmap(SEVEN, 16)
    alpha = paper[..., 0].copy()
    veiled = np.dstack([np.zeros((280, 280, 3), np.uint8), alpha]) if is_transparent else paper.copy()
    veiled[100:110, 10:30, 3 if is_transparent else slice(3)] = 50
    np.testing.assert_array_equal(picture_from_bitmap(veiled).picture, picture_from_bitmap(paper).picture)


def test_a_bitmap_of_one_colour_has_no_ink():
    assert picture_from_bitmap(np.full((50, 60, 4), 255, np.uint8)) is None
    assert picture_from_bitmap(np.zeros((50, 60, 4), np.uint8)) is None


def test_one_inked_pixel_is_a_dot():
    paper = np.zeros((280, 280, 4), np.uint8)
    paper[100, 50] = 255
    assert max(extent(picture_from_bitmap(paper).picture, above=64)) <= 4


def test_specks_leave_something_to_see():
    paper = np.zeros((600, 600, 4), np.uint8)
    paper[[10, 300, 590], [20, 580, 100]] = 255
    for steps in (PreprocessSteps(), PreprocessSteps(cut_out=False), PreprocessSteps(thicken=False)):
        assert picture_from_bitmap(paper, steps).picture.max() == 255


def test_a_bitmap_not_cut_out_is_shrunk_as_a_whole():
    paper = np.zeros((280, 140, 4), np.uint8)
    paper[20:80, 30:40] = 255
    stages = picture_from_bitmap(paper, PreprocessSteps(cut_out=False, centre=False))
    np.testing.assert_array_equal(stages.scaled, stages.picture)
    assert centre(stages.picture) == pytest.approx((10.5, 5), abs=0.3)
    moved = picture_from_bitmap(paper, PreprocessSteps(cut_out=False)).picture
    assert centre(moved) == pytest.approx((MIDDLE, MIDDLE), abs=0.55)
    assert moved.sum() == pytest.approx(stages.picture.sum(), rel=0.01)


def test_a_bitmap_can_be_left_with_its_box_in_the_middle():
    stages = picture_from_bitmap(bitmap(SEVEN, 16), PreprocessSteps(centre=False))
    np.testing.assert_allclose(stages.picture[4:-4, 4:-4], stages.scaled, atol=4)


@pytest.mark.parametrize("brush", [3, 8, 24, 40])
def test_lines_of_any_brush_come_to_nearly_the_same_width(brush):
    paper = bitmap([np.array([[60.0, 40], [60, 240]]), np.array([[60.0, 240], [220, 240]])], brush)
    stages = picture_from_bitmap(paper)
    across = stages.picture[12].sum() / 255
    assert THICKNESS - 0.6 < across < 3.1
    left_as_they_are = picture_from_bitmap(paper, PreprocessSteps(thicken=False)).picture[12].sum() / 255
    assert (left_as_they_are < across - 0.3) if brush < 20 else (left_as_they_are >= across)


def test_lines_joined_stay_joined_and_lines_apart_apart_where_they_are_thinned():
    ring = [np.array([[80 + 60 * np.cos(turn), 140 + 90 * np.sin(turn)] for turn in np.linspace(0, 7, 60)])]
    image = picture_from_bitmap(bitmap([*ring, np.array([[230.0, 50], [230, 230]])], 36)).picture
    hole, outside = image[14, 9], image[14, 17]
    assert max(hole, outside) < 64
    around = np.concatenate([image[14, :9], image[14, 10:16], image[:14, 9], image[15:, 9]])
    assert around.max() > 200
