"""How thick the lines of an ink mask are, and masks with the same lines thicker or thinner.

Masks are bool (height, width). Lines are thinned by the algorithm of T. Y. Zhang and C. Y. Suen ("A fast parallel
algorithm for thinning digital patterns", 1984), which keeps connected what is connected. It stops after a given number
of layers; SciPy has no such function.
"""

from __future__ import annotations

import math

import numpy as np

from core.ink.foreground import Mask

# A pixel's eight neighbours as bits of a code from 0 to 255: bit 0 is the one above, the others follow clockwise.
_NEIGHBOUR_BITS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]])
# Cauchy–Crofton formula: sides of pixels along an outline, per pixel of its length, averaged over all directions.
_SIDES_PER_LENGTH = 4 / math.pi


def line_width(mask: Mask) -> float:
    """The mean thickness of a mask's lines in pixels: twice their area by the length of their outline."""
    padded = np.pad(mask, 1)
    sides = int(np.count_nonzero(padded[1:] != padded[:-1])) + int(np.count_nonzero(padded[:, 1:] != padded[:, :-1]))
    return 2 * int(np.count_nonzero(mask)) * _SIDES_PER_LENGTH / max(sides, 1)


def thin(mask: Mask, layers: int) -> Mask:
    """Take this many layers of pixels off each side of every line; a line of one pixel stays."""
    from scipy import ndimage

    ink = mask.copy()
    for _ in range(layers):
        for is_removed in _REMOVED:
            ink &= ~is_removed[ndimage.correlate(ink.view(np.uint8), _NEIGHBOUR_BITS, mode="constant")]
    return ink


def thicken(mask: Mask, radius: float) -> Mask:
    """Everything within `radius` pixels of the ink, of which there must be some.

    The mask grows by the radius, rounded up, on each side.
    """
    from scipy import ndimage

    distance = ndimage.distance_transform_edt(~np.pad(mask, math.ceil(radius)))
    return np.asarray(distance <= radius)


def _removable(code: int) -> tuple[bool, bool]:
    """Whether the first and the second half of a thinning step take off a pixel with these neighbours."""
    ink = [bool(code >> bit & 1) for bit in range(8)]
    starts = sum(not ink[bit - 1] and ink[bit] for bit in range(8))
    if not (2 <= sum(ink) <= 6 and starts == 1):
        return False, False
    up, right, down, left = ink[::2]
    return not (right and down and (up or left)), not (up and left and (right or down))


_REMOVED = np.array([_removable(code) for code in range(256)]).T
