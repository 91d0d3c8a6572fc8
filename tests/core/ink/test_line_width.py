import numpy as np
import pytest

from core.ink.line_width import line_width, thicken, thin


def disc(radius, side=101):
    rows, columns = np.mgrid[:side, :side] - side // 2
    return rows**2 + columns**2 <= radius**2


def band(width, slope, side=160):
    """A line across a square, `width` pixels thick."""
    rows, columns = np.mgrid[:side, :side] - side / 2 + 0.5
    return np.abs(rows - slope * columns) <= width / 2 * np.hypot(1, slope)


@pytest.mark.parametrize("width", [3, 7, 20])
@pytest.mark.parametrize("slope", [0.2, 0.5])
def test_a_slanted_lines_width_is_measured(width, slope):
    assert line_width(band(width, slope)) == pytest.approx(width, rel=0.25)


def test_a_masks_width_grows_with_its_scale():
    small = band(6, 0.4)
    assert line_width(np.kron(small, np.ones((3, 3), bool))) == pytest.approx(3 * line_width(small))


def test_nothing_has_no_width():
    assert line_width(np.zeros((5, 5), bool)) == 0


@pytest.mark.parametrize("radius", [0, 1, 2.4, 5])
def test_a_point_grows_to_a_disc(radius):
    grown = thicken(np.ones((1, 1), bool), radius)
    np.testing.assert_array_equal(grown, disc(radius, 2 * int(np.ceil(radius)) + 1))


def test_thinning_takes_a_layer_a_step_off_both_sides():
    line = np.zeros((30, 60), bool)
    line[10:21, 5:55] = True
    thinned = thin(line, 3)
    assert thinned[:, 30].sum() == 5
    np.testing.assert_array_equal(np.flatnonzero(thinned[:, 30]), range(13, 18))
    assert line.sum() == 550


def test_a_line_is_never_thinned_away_nor_broken():
    ring = disc(40) & ~disc(30)
    thinned = thin(ring, 50)
    assert not thinned[50, 50]
    assert all(thinned[50, half].sum() == 1 for half in (slice(0, 50), slice(51, None)))
    assert thin(disc(3), 50).sum() == 1
    # A line of single pixels, each beside the next or at its corner.
    assert 2 * np.pi * 30 / np.sqrt(2) < thinned.sum() < ring.sum() / 5


def test_a_line_of_one_pixel_keeps_its_length():
    line = np.zeros((9, 30), bool)
    line[4, 5:25] = True
    np.testing.assert_array_equal(thin(line, 10), line)


def test_no_step_changes_nothing():
    np.testing.assert_array_equal(thin(disc(7), 0), disc(7))
