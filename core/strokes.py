"""From a drawing to the picture that a network reads, by the recipe that MNIST's own digits were made by.

The ink's bounding box is scaled, keeping its aspect, to fit 20×20 pixels, and placed in a 28×28 field by its
centre of mass. From strokes the lines are drawn anew in that size, so that brush, size and place on the canvas
do not matter. Bitmaps are in `core.bitmap`.

Pictures are uint8, white ink (255) on black (0). Coordinates are x to the right, y down; a pixel's middle lies
at half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import DrawingError

Stroke = NDArray[np.float64]
Picture = NDArray[np.uint8]

SIDE = 28
INK_SIDE = 20
# Pixels: of 2.0, 2.4 and 2.8 the width at which three plain MNIST networks read most of 2,500 pen digits.
THICKNESS = 2.4
# The middle of MNIST's digits: their mean centre of mass is 14.50 both ways, the middle of pixel 14.
MIDDLE = SIDE / 2 + 0.5
MAX_STROKES = 2_000
MAX_POINTS = 200_000

# Canvas pixels: what is smaller is a dot, and the hand's tremor in it is not blown up to a digit.
_DOT = 8.0
# The soft edge of a line ends half a pixel outside of it.
_SOFT = 0.5
# Line segments measured at once: few enough that all intermediate values stay in the processor's cache.
_CHUNK = 64


@dataclass(frozen=True)
class Stages:
    """How a drawing became a picture.

    box: left, top, right, bottom of the ink on the canvas, in its pixels; of strokes, of their middle lines.
    scaled: the ink at its size in the picture, uint8 (20, 20).
    picture: what the network sees, uint8 (28, 28).
    """

    box: tuple[float, float, float, float]
    scaled: Picture
    picture: Picture


def picture_from_strokes(strokes: Sequence[Stroke], thickness: float = THICKNESS) -> Stages | None:
    """Draw strokes, arrays (n, 2) of points in canvas pixels, anew as MNIST's digits are. None without any point.

    thickness: of the lines in the picture, in its pixels. The points of a stroke are joined, strokes are not.
    Raises DrawingError when there are too many.
    """
    check_size(len(strokes), sum(map(len, strokes)))
    strokes = [stroke for stroke in strokes if len(stroke)]
    if not strokes:
        return None
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    scale = (INK_SIDE - thickness - 2 * _SOFT) / max(_DOT, *(high - low))
    small = [(stroke - (low + high) / 2) * scale for stroke in strokes]
    scaled = _render(small, INK_SIDE, np.full(2, INK_SIDE / 2), thickness)
    offset = MIDDLE - (centre_of_mass(scaled) - INK_SIDE / 2)
    # Ink far from its own middle, such as a line with a dot, stays inside all the same.
    offset = np.clip(offset, INK_SIDE / 2, SIDE - INK_SIDE / 2)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return Stages(box, shades(scaled), shades(_render(small, SIDE, offset, thickness)))


def check_size(n_strokes: int, n_points: int) -> None:
    """Raise DrawingError when there are more strokes or points than are drawn in good time."""
    if n_strokes > MAX_STROKES:
        raise DrawingError(f"The drawing has {n_strokes:,} strokes; at most {MAX_STROKES:,} are read.")
    if n_points > MAX_POINTS:
        raise DrawingError(f"The drawing has {n_points:,} points; at most {MAX_POINTS:,} are read.")


def _render(strokes: Sequence[Stroke], side: int, offset: NDArray[np.float64], thickness: float) -> NDArray[np.float64]:
    """Ink (side, side) from 0 to 1 of round-capped lines moved by `offset`; a pixel's ink falls with its distance."""
    starts = np.concatenate([stroke[: max(1, len(stroke) - 1)] for stroke in strokes]) + offset
    ends = np.concatenate([stroke[min(1, len(stroke) - 1) :] for stroke in strokes]) + offset
    distance = np.full(side * side, np.inf)
    for first in range(0, len(starts), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        np.minimum(distance, _squared_distance(side, starts[chunk], ends[chunk]), out=distance)
    ink: NDArray[np.float64] = np.clip(thickness / 2 + _SOFT - np.sqrt(distance), 0, 1)
    return ink.reshape(side, side)


def _squared_distance(side: int, starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distance (side²,) of each pixel's middle from the nearest of the segments (n, 2)."""
    middles = np.arange(side) + 0.5
    (x0, y0), (dx, dy) = starts.T[..., None], (ends - starts).T[..., None]
    x, y = np.tile(middles, side) - x0, np.repeat(middles, side) - y0
    length = dx * dx + dy * dy
    along = (x * dx + y * dy) / np.where(length > 0, length, 1)
    along = np.clip(along, 0, 1)
    nearest: NDArray[np.float64] = ((x - along * dx) ** 2 + (y - along * dy) ** 2).min(0)
    return nearest


def centre_of_mass(ink: NDArray[np.number]) -> NDArray[np.float64]:
    """The point x, y at which the ink would balance."""
    columns, rows = ink.sum(0, dtype=np.float64), ink.sum(1, dtype=np.float64)
    middles = np.arange(len(ink)) + 0.5
    centre: NDArray[np.float64] = np.array([columns @ middles, rows @ middles]) / columns.sum()
    return centre


def shades(ink: NDArray[np.float64]) -> Picture:
    """Ink from 0 to 1 as bytes."""
    return np.rint(ink * 255).astype(np.uint8)
