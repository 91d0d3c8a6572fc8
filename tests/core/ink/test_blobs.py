import numpy as np
import pytest

from core.ink.blobs import find_blobs


def mask(*rows):
    return np.array([[pixel == "#" for pixel in row] for row in rows])


def test_parts_are_found_with_their_boxes_and_areas():
    blobs = find_blobs(mask("##...", ".#..#", "....#"))
    assert blobs.boxes.tolist() == [[0, 0, 2, 2], [4, 1, 5, 3]]
    assert blobs.areas.tolist() == [3, 2]


def test_pixels_at_a_corner_are_connected_and_rows_do_not_run_on():
    assert len(find_blobs(mask("#.", ".#")).areas) == 1
    assert len(find_blobs(mask(".#", "#.")).areas) == 1
    assert len(find_blobs(mask("..#", "...", "#..")).areas) == 2
    assert len(find_blobs(mask("..#", "#..")).areas) == 2


def test_arms_that_meet_only_far_below_are_one_part():
    comb = np.zeros((40, 41), bool)
    comb[:, ::2] = True
    comb[-1] = True
    assert len(find_blobs(comb).areas) == 1
    comb[-1] = False
    comb[0, ::4] = False
    assert len(find_blobs(comb).areas) == 21


def test_a_spiral_is_one_part():
    turns = np.linspace(1, 14, 4000)
    spiral = np.zeros((80, 80), bool)
    spiral[(40 + 2.7 * turns * np.sin(turns)).astype(int), (40 + 2.7 * turns * np.cos(turns)).astype(int)] = True
    assert len(find_blobs(spiral).areas) == 1


@pytest.mark.parametrize("ink", [0.2, 0.5, 0.8])
def test_parts_are_those_that_spreading_from_a_pixel_reaches(ink):
    noise = np.random.default_rng(3).random((30, 40)) < ink
    blobs = find_blobs(noise)
    seen = np.zeros(noise.shape, int)
    for number in range(len(blobs.areas)):
        part = blobs.mask(np.arange(len(blobs.areas)) == number)
        assert part.sum() == blobs.areas[number]
        reached = np.zeros(noise.shape, bool)
        reached[tuple(np.argwhere(part)[0])] = True
        for _ in range(noise.size):
            around = np.pad(reached, 1)
            spread = np.logical_or.reduce([around[y : y + 30, x : x + 40] for y in range(3) for x in range(3)]) & noise
            if (spread == reached).all():
                break
            reached = spread
        np.testing.assert_array_equal(reached, part)
        seen += part
    np.testing.assert_array_equal(seen, noise)


def test_the_greatest_value_in_each_part_is_told():
    blobs = find_blobs(mask("##.#", "...#"))
    assert blobs.peaks(np.array([[1, 5, 9, 2], [9, 9, 9, 3.0]])).tolist() == [5, 3]


def test_nothing_has_no_parts():
    blobs = find_blobs(np.zeros((4, 5), bool))
    assert blobs.boxes.shape == (0, 4)
    assert blobs.peaks(np.ones((4, 5))).shape == (0,)
    assert not blobs.mask(np.zeros(0, bool)).any()
