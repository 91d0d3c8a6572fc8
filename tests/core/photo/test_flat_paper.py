"""Pictures from a screen: paper of one shade."""

import numpy as np
import pytest

from core.photo.find_ink import find_ink
from core.photo.flat_paper import ink_on_flat_paper


def picture(paper=255, pen=0):
    """A thick thing with a speck far off."""
    grey = np.full((120, 100), paper, np.uint8)
    grey[20:100, 30:80] = pen
    grey[110:112, 3:5] = pen
    return grey


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (0, 255), (90, 200), (200, 90)])
def test_the_largest_thing_is_taken_whole_without_specks(paper, pen):
    found = find_ink(picture(paper, pen))
    # Light ink lies on black paper.
    assert (np.median(found.even) < 128) == (pen > paper)
    assert found.mask[20:100, 30:80].all()
    assert found.mask.sum() == 80 * 50


def test_a_thing_that_reaches_the_border_is_taken_too():
    grey = picture()
    grey[:, 40:70] = 60
    assert find_ink(grey).mask[:, 40:70].all()


def test_what_is_near_belongs_to_a_long_thing_however_thin():
    grey = np.full((140, 100), 255, np.uint8)
    grey[20:80, 48:52] = grey[88:120, 48:52] = 0
    assert find_ink(grey).mask.sum() == 4 * (60 + 32)


def test_ink_is_measured_from_the_paper():
    ink, is_light = ink_on_flat_paper(picture(100, 40))
    assert not is_light
    assert ink[0, 0] == 0
    assert ink[50, 50] == 1
    speckled = picture(100, 40)
    speckled[5, 5] = 120
    ink, is_light = ink_on_flat_paper(speckled)
    assert not is_light, "most of what is not paper is darker"
    assert ink[5, 5] == pytest.approx(1 / 3)


def test_a_camera_sees_no_flat_paper():
    noise = np.random.default_rng(1).normal(0, 1.5, (120, 100))
    assert ink_on_flat_paper(np.clip(picture(220) + noise, 0, 255).astype(np.uint8)) is None


def test_a_single_shade_and_next_to_it_is_no_ink():
    assert ink_on_flat_paper(np.full((50, 50), 200, np.uint8)) is None
    assert ink_on_flat_paper(picture(200, 190)) is None


def test_a_corner_of_another_shade_is_no_paper():
    grey = picture()
    grey[:3, :3] = 0
    assert ink_on_flat_paper(grey) is None


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, -1), (-1, 0), (-1, -1)])
def test_each_corner_may_differ_by_two_shades(row, column):
    grey = picture(200, 40)
    grey[row, column] = 202
    assert ink_on_flat_paper(grey) is not None
    grey[row, column] = 203
    assert ink_on_flat_paper(grey) is None


def test_the_strongest_ink_differs_by_fifteen_shades():
    assert ink_on_flat_paper(picture(200, 186)) is None
    ink, is_light = ink_on_flat_paper(picture(200, 185))
    assert (ink.max(), is_light) == (1, False)


@pytest.mark.parametrize(("same", "is_flat"), [(0.39, False), (0.41, True)])
def test_two_fifths_of_the_border_have_the_shade_of_flat_paper(same, is_flat):
    grey = picture(200, 40)
    border = [(row, column) for row in range(120) for column in range(100) if row in (0, 119) or column in (0, 99)]
    # The other shades are near, and each is rarer.
    for number, (row, column) in enumerate(border[round(same * len(border)) :]):
        grey[row, column] = 198 + (0, 1, 3, 4)[number % 4]
    grey[[0, 0, -1, -1], [0, -1, 0, -1]] = 200
    assert (ink_on_flat_paper(grey) is not None) == is_flat
