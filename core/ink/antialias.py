"""Lines with round ends and soft edges, drawn by the distance of each pixel from them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

# The soft edge of a line ends this far, in pixels, outside of it.
SOFT = 0.5
# Line segments measured at once: few enough that all intermediate values stay in the processor's cache.
_CHUNK = 64


def render_lines(strokes: Sequence[Points], side: int, offset: Points, widths: Sequence[float]) -> NDArray[np.float64]:
    """Ink (side, side) from 0 to 1 of strokes, (n, 2) points each, moved by `offset` and with their widths."""
    drawn = [(stroke, width) for stroke, width in zip(strokes, widths, strict=True) if len(stroke)]
    alike = {width: [stroke for stroke, its in drawn if its == width] for _, width in drawn}
    inks = [_render(lines, side, offset, width) for width, lines in alike.items()]
    ink: NDArray[np.float64] = np.maximum.reduce(inks)
    return ink


def _render(strokes: Sequence[Points], side: int, offset: Points, width: float) -> NDArray[np.float64]:
    """A pixel's ink falls with its distance from the nearest line."""
    starts = np.concatenate([stroke[: max(1, len(stroke) - 1)] for stroke in strokes]) + offset
    ends = np.concatenate([stroke[min(1, len(stroke) - 1) :] for stroke in strokes]) + offset
    distance = np.full(side * side, np.inf)
    for first in range(0, len(starts), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        np.minimum(distance, _squared_distance(side, starts[chunk], ends[chunk]), out=distance)
    ink: NDArray[np.float64] = np.clip(width / 2 + SOFT - np.sqrt(distance), 0, 1)
    return ink.reshape(side, side)


def _squared_distance(side: int, starts: Points, ends: Points) -> NDArray[np.float64]:
    """Squared distance (side²,) of each pixel's middle from the nearest of the segments (n, 2)."""
    middles = np.arange(side) + 0.5
    (x0, y0), (dx, dy) = starts.T[..., None], (ends - starts).T[..., None]
    x, y = np.tile(middles, side) - x0, np.repeat(middles, side) - y0
    length = dx * dx + dy * dy
    along = (x * dx + y * dy) / np.where(length > 0, length, 1)
    along = np.clip(along, 0, 1)
    nearest: NDArray[np.float64] = ((x - along * dx) ** 2 + (y - along * dy) ** 2).min(0)
    return nearest
