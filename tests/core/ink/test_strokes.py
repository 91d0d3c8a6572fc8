import numpy as np
import pytest

from core.errors import DrawingError
from core.ink.rendering import (
    INK_SIDE,
    MAX_POINTS,
    MAX_STROKES,
    MIDDLE,
    SIDE,
    THICKNESS,
    check_size,
    picture_from_strokes,
)
from tests.core.ink.drawings import SEVEN, centre, extent, picture


def test_stages_have_the_sizes_of_mnist():
    stages = picture_from_strokes(SEVEN)
    assert (stages.scaled.shape, stages.scaled.dtype) == ((INK_SIDE, INK_SIDE), np.uint8)
    assert (stages.picture.shape, stages.picture.dtype) == ((SIDE, SIDE), np.uint8)
    assert stages.box == (60, 60, 200, 220)
    assert stages.picture.max() == 255
    assert stages.picture.min() == 0


def test_a_seven_looks_like_a_seven():
    image = picture(SEVEN)
    rows, columns = np.flatnonzero((image > 127).any(1)), np.flatnonzero((image > 127).any(0))
    assert (image[rows[0] + 1, columns[0] + 1 : columns[-1]] > 127).all()
    assert image[rows[-1], columns[-1]] == 0
    assert (image[rows[0] : rows[-1]] > 127).any(1).all()


@pytest.mark.parametrize("shift", [(-55, -40), (37.3, 21.9), (1000, 1000)])
def test_the_place_does_not_matter(shift):
    moved = picture([stroke + shift for stroke in SEVEN])
    assert np.abs(moved.astype(int) - picture(SEVEN)).max() <= 1


@pytest.mark.parametrize("scale", [0.1, 0.5, 1.37, 10])
def test_the_size_does_not_matter(scale):
    scaled = picture([stroke * scale for stroke in SEVEN])
    assert np.abs(scaled.astype(int) - picture(SEVEN)).max() <= 1


def test_the_pace_of_the_pen_does_not_matter():
    dense = []
    for stroke in SEVEN:
        shares = np.linspace(0, len(stroke) - 1, 301)
        dense.append(np.column_stack([np.interp(shares, range(len(stroke)), axis) for axis in stroke.T]))
    assert np.abs(picture(dense).astype(int) - picture(SEVEN)).max() <= 1


@pytest.mark.parametrize("width", [100, 50, 25])
def test_the_aspect_is_kept_within_the_ink_box(width):
    box = [[[0, 0], [width, 0], [width, 100], [0, 100], [0, 0]]]
    across, down = extent(picture(box), above=127)
    line = THICKNESS + 1
    assert down == INK_SIDE - 1
    assert across == pytest.approx((INK_SIDE - line) * width / 100 + THICKNESS, abs=1.01)


@pytest.mark.parametrize("strokes", [SEVEN, [SEVEN[0]], [SEVEN[1]], [[[0, 0], [90, 5], [88, 90]]]])
def test_the_mass_is_in_the_middle_where_mnist_has_it(strokes):
    assert centre(picture(strokes)) == pytest.approx((MIDDLE, MIDDLE), abs=0.25)


def test_ink_far_from_its_own_middle_stays_inside():
    blot = np.array([[x, y] for x in range(0, 100, 4) for y in range(0, 100, 4)], float)
    stages = picture_from_strokes([blot, np.array([[400.0, 400]])])
    assert int(stages.picture.sum()) == pytest.approx(int(stages.scaled.sum()), rel=0.02)


def test_lines_are_as_thick_as_set():
    across = picture([[[0, 0], [0, 100]]])[SIDE // 2]
    assert across.sum() / 255 == pytest.approx(THICKNESS, abs=0.15)


@pytest.mark.parametrize(("line", "size"), [([[5, 5], [5, 90]], (3, 20)), ([[5, 5], [90, 5]], (20, 3))])
def test_straight_lines_keep_their_direction(line, size):
    assert extent(picture([line])) == pytest.approx(size, abs=1)


@pytest.mark.parametrize("dot", [[[100, 100]], [[100, 100], [100, 100]], [[29.98, 250], [30.02, 250]]])
def test_a_dot_stays_a_dot_in_the_middle(dot):
    image = picture([dot])
    assert max(extent(image)) <= 4
    assert image.max() == 255
    assert centre(image) == pytest.approx((MIDDLE, MIDDLE), abs=0.25)


def test_strokes_are_not_joined():
    apart = picture([[[0, 0], [0, 100]], [[80, 0], [80, 100]]])
    joined = picture([[[0, 0], [0, 100], [80, 0], [80, 100]]])
    assert (apart[:, SIDE // 2] == 0).all()
    assert joined[:, SIDE // 2].max() > 200


def test_nothing_gives_nothing():
    assert picture_from_strokes([]) is None
    assert picture_from_strokes([np.zeros((0, 2))]) is None
    np.testing.assert_array_equal(picture([*SEVEN, np.zeros((0, 2))]), picture(SEVEN))


def test_limits_are_named():
    check_size(MAX_STROKES, MAX_POINTS)
    with pytest.raises(DrawingError, match=r"2,001 strokes; at most 2,000"):
        picture_from_strokes([np.zeros((1, 2))] * 2001)
    with pytest.raises(DrawingError, match=r"200,001 points; at most 200,000"):
        picture_from_strokes([np.zeros((200_001, 2))])


@pytest.mark.parametrize("thickness", [1.8, 2.4, 3.4])
def test_lines_get_the_thickness_asked_for_and_still_fit(thickness):
    stages = picture_from_strokes([np.array([[140.0, 40.0], [140.0, 240.0]])], thickness)
    assert stages.picture[14].sum() / 255 == pytest.approx(thickness, abs=0.1)
    rows = np.flatnonzero(stages.picture.any(1))
    assert len(rows) <= 20
