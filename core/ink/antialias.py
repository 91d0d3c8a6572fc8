"""Lines with round ends and soft edges, drawn by the distance of each pixel from them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

# Pixels from a line's nominal edge to where its ink has faded to nothing.
SOFT_EDGE = 0.5
# Line segments whose distances are computed at once: few enough that the arrays stay in the processor's cache.
_CHUNK = 64


def render_lines(strokes: Sequence[Points], side: int, offset: Points, widths: Sequence[float]) -> NDArray[np.float64]:
    """Ink (side, side) from 0 to 1.

    strokes: arrays (n, 2) of points in pixels. offset: added to all points. widths: of each stroke's line, in pixels.
    """
    drawn = [(stroke, width) for stroke, width in zip(strokes, widths, strict=True) if len(stroke)]
    by_width = {width: [stroke for stroke, other in drawn if other == width] for _, width in drawn}
    inks = [_render(lines, side, offset, width) for width, lines in by_width.items()]
    ink: NDArray[np.float64] = np.maximum.reduce(inks)
    return ink


def _render(strokes: Sequence[Points], side: int, offset: Points, width: float) -> NDArray[np.float64]:
    """Ink of strokes of one width: 1 within the line, falling to 0 over a pixel at its edge."""
    starts = np.concatenate([stroke[: max(1, len(stroke) - 1)] for stroke in strokes]) + offset
    ends = np.concatenate([stroke[min(1, len(stroke) - 1) :] for stroke in strokes]) + offset
    distance = np.full(side * side, np.inf)
    for first in range(0, len(starts), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        np.minimum(distance, _squared_distance(side, starts[chunk], ends[chunk]), out=distance)
    ink: NDArray[np.float64] = np.clip(width / 2 + SOFT_EDGE - np.sqrt(distance), 0, 1)
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
