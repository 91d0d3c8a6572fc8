import subprocess
import sys

import numpy as np
import pytest

from core.ink.foreground import border_pixels, connected_components, foreground_box
from core.settings import PROJECT


def mask(*rows):
    return np.array([[pixel == "#" for pixel in row] for row in rows])


def test_components_are_found_with_their_boxes_and_areas():
    components = connected_components(mask("##...", ".#..#", "....#"))
    assert components.boxes.tolist() == [[0, 0, 2, 2], [4, 1, 5, 3]]
    assert components.areas.tolist() == [3, 2]


def test_pixels_at_a_corner_are_connected_and_the_ends_of_rows_are_not():
    assert len(connected_components(mask("#.", ".#")).areas) == 1
    assert len(connected_components(mask(".#", "#.")).areas) == 1
    assert len(connected_components(mask("..#", "#..")).areas) == 2


def test_chosen_components_make_a_mask():
    given = mask("##.#", "...#", "#...")
    components = connected_components(given)
    for number, area in enumerate(components.areas):
        alone = components.mask(np.arange(3) == number)
        assert alone.sum() == area
        assert foreground_box(alone) == tuple(components.boxes[number])
    np.testing.assert_array_equal(components.mask(np.ones(3, bool)), given)


def test_the_greatest_value_in_each_component_is_told():
    components = connected_components(mask("##.#", "...#"))
    assert components.peaks(np.array([[1, 5, 9, 2], [9, 9, 9, 3.0]])).tolist() == [5, 3]


def test_nothing_has_no_components():
    components = connected_components(np.zeros((4, 5), bool))
    assert components.boxes.shape == (0, 4)
    assert components.peaks(np.ones((4, 5))).shape == (0,)
    assert not components.mask(np.zeros(0, bool)).any()


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((3, 4), [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]), ((1, 3), [0, 1, 2]), ((3, 1), [0, 1, 2]), ((2, 2), [0, 1, 2, 3])],
)
def test_the_border_has_each_outermost_pixel_once(shape, expected):
    assert border_pixels(np.arange(np.prod(shape)).reshape(shape)).tolist() == expected


@pytest.mark.parametrize("module", ["core.photo.find_ink", "core.photo.find_clothes", "core.ink.bitmap"])
def test_scipy_is_loaded_with_the_first_picture_and_not_when_the_server_starts(module):
    code = f"import sys, {module}; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
