"""From a drawing to the picture that a network reads, by the recipe that MNIST's own digits were made by.

The ink's bounding box is scaled, keeping its aspect, to fit 20×20 pixels, and placed in a 28×28 field by its
centre of mass. From strokes the lines are drawn anew in that size, so that brush, size and place on the canvas
do not matter. Bitmaps are in `core.ink.bitmap`.

Pictures are uint8, white ink (255) on black (0). Coordinates are x to the right, y down; a pixel's middle lies
at half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import DrawingError
from core.ink.antialias import SOFT, render_lines

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


@dataclass(frozen=True)
class PreprocessSteps:
    """The steps from ink to picture, each of which can be left out to see what it is for.

    cut_out: the ink's box becomes the picture; else the whole canvas is shrunk.
    thicken: lines get the thickness of MNIST's; else they are as wide as they were drawn.
    centre: the ink balances in the picture's middle; else its box, or the whole canvas, has its middle there.
    """

    cut_out: bool = True
    thicken: bool = True
    centre: bool = True


ALL_STEPS = PreprocessSteps()


@dataclass(frozen=True)
class Canvas:
    """The square that strokes were drawn on, and for each stroke the width of its line, in canvas pixels."""

    left: float
    top: float
    side: float
    brushes: Sequence[float]


@dataclass(frozen=True)
class PreprocessTrace:
    """How a drawing became a picture.

    box: left, top, right, bottom of the ink on the canvas, in its pixels; of strokes, of their middle lines.
    scaled: the ink at its size in the picture, uint8 (20, 20), or (28, 28) where the whole canvas was shrunk.
    picture: what the network sees, uint8 (28, 28).
    """

    box: tuple[float, float, float, float]
    scaled: Picture
    picture: Picture


@dataclass(frozen=True)
class _Frame:
    """What of the canvas becomes `scaled`: its middle, how many pixels of it a canvas pixel is, and its side.

    widths: of the lines, in its pixels. room: the least and the greatest x, y at which its middle may be placed.
    """

    middle: Stroke
    scale: float
    side: int
    widths: Sequence[float]
    room: tuple[Stroke, Stroke]


def picture_from_strokes(
    strokes: Sequence[Stroke],
    thickness: float = THICKNESS,
    steps: PreprocessSteps = ALL_STEPS,
    canvas: Canvas | None = None,
) -> PreprocessTrace | None:
    """Draw strokes, arrays (n, 2) of points in canvas pixels, anew as MNIST's digits are. None without any point.

    thickness: of the lines in the picture, in its pixels. canvas: needed to leave out a step. The points of a
    stroke are joined, strokes are not. Raises DrawingError when there are too many.
    """
    check_size(len(strokes), sum(map(len, strokes)))
    if not any(map(len, strokes)):
        return None
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    if canvas is None or steps == ALL_STEPS:
        frame = _frame_ink(low, high, thickness, [thickness] * len(strokes))
    else:
        frame = _frame_by_steps(low, high, thickness, steps, canvas)
    small = [(stroke - frame.middle) * frame.scale for stroke in strokes]
    scaled = render_lines(small, frame.side, np.full(2, frame.side / 2), frame.widths)
    offset = np.full(2, SIDE / 2)
    if steps.centre:
        # Ink far from its own middle, such as a line with a dot, stays inside all the same.
        offset = np.clip(MIDDLE - (centre_of_mass(scaled) - frame.side / 2), *frame.room)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return PreprocessTrace(box, shades(scaled), shades(render_lines(small, SIDE, offset, frame.widths)))


def _frame_ink(low: Stroke, high: Stroke, thickness: float, widths: Sequence[float]) -> _Frame:
    """The ink's box, so that lines of that thickness fit in."""
    scale = (INK_SIDE - thickness - 2 * SOFT) / max(_DOT, *(high - low))
    room = (np.full(2, INK_SIDE / 2), np.full(2, SIDE - INK_SIDE / 2))
    return _Frame((low + high) / 2, scale, INK_SIDE, widths, room)


def _frame_by_steps(low: Stroke, high: Stroke, thickness: float, steps: PreprocessSteps, canvas: Canvas) -> _Frame:
    widths = np.full(len(canvas.brushes), thickness)
    if steps.cut_out and not steps.thicken:
        # As wide as the widest brush in the picture; the wider it is, the smaller is all else.
        brush = max(canvas.brushes)
        thickness = (INK_SIDE - 2 * SOFT) * brush / (max(_DOT, *(high - low)) + brush)
        widths = np.array(canvas.brushes) * thickness / brush
    if steps.cut_out:
        return _frame_ink(low, high, thickness, widths.tolist())
    middle = np.array([canvas.left, canvas.top]) + canvas.side / 2
    scale = SIDE / canvas.side
    if not steps.thicken:
        widths = np.array(canvas.brushes) * scale
    # Where the ink would just touch the picture's edges.
    room = ((middle - low) * scale, SIDE + (middle - high) * scale)
    return _Frame(middle, scale, SIDE, widths.tolist(), room)


def check_size(n_strokes: int, n_points: int) -> None:
    """Raise DrawingError when there are more strokes or points than are drawn in good time."""
    if n_strokes > MAX_STROKES:
        raise DrawingError(f"The drawing has {n_strokes:,} strokes; at most {MAX_STROKES:,} are read.")
    if n_points > MAX_POINTS:
        raise DrawingError(f"The drawing has {n_points:,} points; at most {MAX_POINTS:,} are read.")


def centre_of_mass(ink: NDArray[np.number]) -> NDArray[np.float64]:
    """The point x, y at which the ink would balance."""
    columns, rows = ink.sum(0, dtype=np.float64), ink.sum(1, dtype=np.float64)
    middles = np.arange(len(ink)) + 0.5
    centre: NDArray[np.float64] = np.array([columns @ middles, rows @ middles]) / columns.sum()
    return centre


def shades(ink: NDArray[np.float64]) -> Picture:
    """Ink from 0 to 1 as bytes."""
    return np.rint(ink * 255).astype(np.uint8)
