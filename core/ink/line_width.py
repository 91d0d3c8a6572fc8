"""How thick the lines of an ink mask are, and masks with the same lines thicker or thinner.

Masks are bool (height, width). Lines are thinned as T. Y. Zhang and C. Y. Suen do ("A fast parallel algorithm for
thinning digital patterns", 1984), so that what is joined stays joined, but only as far as is asked for.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

# Rows and columns to the eight neighbours, clockwise from the one above; a neighbour's place is its bit in a code.
_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
# By Cauchy and Crofton: the sides that lines in all directions show on a grid, per their length.
_SIDES_A_LENGTH = 4 / math.pi


def line_width(mask: Mask) -> float:
    """The mean thickness of a mask's lines in pixels: twice their area by the length of their outline."""
    padded = np.pad(mask, 1)
    sides = int(np.count_nonzero(padded[1:] != padded[:-1])) + int(np.count_nonzero(padded[:, 1:] != padded[:, :-1]))
    return 2 * int(np.count_nonzero(mask)) * _SIDES_A_LENGTH / max(sides, 1)


def thin(mask: Mask, steps: int) -> Mask:
    """Take `steps` layers off each side of every line, down to a line of one pixel at most."""
    ink = np.pad(mask, 1)
    inside = ink[1:-1, 1:-1]
    for _ in range(steps):
        for goes in _GOES:
            inside &= ~goes[_neighbours(ink)]
    return inside


def thicken(mask: Mask, radius: float) -> Mask:
    """Everything within `radius` pixels of the ink; the mask grows by that much, rounded up, on each side."""
    reach = math.ceil(radius)
    height, width = mask.shape
    grown = np.zeros((height + 2 * reach, width + 2 * reach), bool)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if math.hypot(down, right) <= radius:
                grown[reach + down : reach + down + height, reach + right : reach + right + width] |= mask
    return grown


def _neighbours(ink: Mask) -> NDArray[np.uint8]:
    """A code from 0 to 255 for each pixel inside of a mask's border: which neighbours are ink."""
    height, width = ink.shape
    codes = np.zeros((height - 2, width - 2), np.uint8)
    bytes_ = ink.view(np.uint8)
    for bit, (down, right) in enumerate(_AROUND):
        codes |= bytes_[1 + down : height - 1 + down, 1 + right : width - 1 + right] << bit
    return codes


def _removable(code: int) -> tuple[bool, bool]:
    """Whether a pixel with these neighbours is taken off in the first and in the second half of a step."""
    ink = [bool(code >> bit & 1) for bit in range(8)]
    starts = sum(not ink[bit - 1] and ink[bit] for bit in range(8))
    if not (2 <= sum(ink) <= 6 and starts == 1):
        return False, False
    up, right, down, left = ink[::2]
    return not (right and down and (up or left)), not (up and left and (right or down))


_GOES = np.array([_removable(code) for code in range(256)]).T
