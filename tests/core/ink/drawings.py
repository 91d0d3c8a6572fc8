"""A drawing, and measures of its picture, for the tests of ink."""

import numpy as np

from core.ink.rendering import picture_from_strokes

SEVEN = [np.array([[60.0, 60], [200, 60], [120, 220]]), np.array([[100.0, 140], [180, 140]])]

# Each digit as strokes through a few points, in a box 60 wide and 100 high.
_TURN = np.linspace(0, 2 * np.pi, 14)
RING = [(30 + 28 * np.sin(turn), 50 - 50 * np.cos(turn)) for turn in _TURN]
_UPPER = [(30 + 22 * np.sin(turn), 25 - 25 * np.cos(turn)) for turn in _TURN]
_LOWER = [(30 + 27 * np.sin(turn), 74 - 26 * np.cos(turn)) for turn in _TURN]
DIGITS = [
    [RING],
    [[(15, 20), (32, 0), (32, 100)]],
    [[(4, 22), (14, 5), (30, 0), (48, 8), (52, 28), (40, 52), (2, 100), (58, 100)]],
    [[(6, 8), (30, 0), (50, 16), (44, 38), (24, 46), (50, 60), (52, 84), (30, 100), (4, 92)]],
    [[(34, 0), (2, 66), (58, 66)], [(44, 40), (42, 100)]],
    [[(10, 0), (6, 44), (28, 38), (50, 52), (52, 75), (35, 98), (2, 94)], [(10, 0), (56, 0)]],
    [[(46, 2), (18, 36), (6, 72), (24, 100), (50, 84), (42, 56), (10, 66)]],
    [[(2, 4), (56, 0), (20, 100)], [(14, 52), (50, 48)]],
    [_UPPER, _LOWER],
    [[(50, 20), (28, 2), (8, 24), (26, 46), (50, 24), (48, 60), (36, 100)]],
]


def refine(points, density):
    """So many times as many points on the straight lines through these (n, 2)."""
    share = np.linspace(0, len(points) - 1, density * len(points))
    return np.column_stack([np.interp(share, range(len(points)), axis) for axis in points.T])


def superellipse(power, turns):
    """Points (n, 2) of the loop |x|^power + |y|^power = 1 at these angles: a diamond for 1, a circle for 2."""
    return np.column_stack([np.sign(wave) * np.abs(wave) ** (2 / power) for wave in (np.sin(turns), -np.cos(turns))])


def picture(strokes):
    return picture_from_strokes([np.asarray(stroke, float) for stroke in strokes]).picture


def extent(image, above=0):
    """Width and height of the ink, in pixels."""
    return tuple(int(np.ptp(np.flatnonzero((image > above).any(axis)))) + 1 for axis in (0, 1))


def centre(image):
    """The centre of mass, x and y; the middle of pixel i is at i + 0.5."""
    middles = np.arange(len(image)) + 0.5
    return image.sum(0) @ middles / image.sum(), image.sum(1) @ middles / image.sum()
