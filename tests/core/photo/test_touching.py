"""Cuts between digits that touch each other."""

import numpy as np

from core.photo.touching import _seams


def test_a_cut_through_no_ink_goes_straight_down():
    costs, paths = _seams(np.zeros((7, 5), bool))
    assert costs.tolist() == [0] * 5
    assert paths.tolist() == [[column] * 7 for column in range(5)]


def test_a_cut_goes_around_ink_on_either_side():
    ink = np.zeros((7, 5), bool)
    # Below the middle the way is free in column 1 alone, above it in column 3 alone.
    ink[4:] = np.arange(5) != 1
    ink[:3] = np.arange(5) != 3
    costs, paths = _seams(ink)
    # From the middle of column 2 a step to the right and one to the left; from column 0 four steps, two of them on ink.
    assert np.allclose(costs, [2.8, 1.4, 0.4, 1.4, 2.8])
    assert paths[2].tolist() == [3, 3, 3, 2, 1, 1, 1]
    assert paths[0].tolist() == [3, 2, 1, 0, 1, 1, 1]
