"""From a drawing to the picture that a network reads, by the recipe that MNIST's own digits were made by.

The ink's bounding box is scaled, keeping its aspect, to fit 20×20 pixels, and placed in a 28×28 field by its centre of
mass (Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits"). Strokes are drawn anew in that
size, so that brush, size and place on the canvas do not matter. `core.ink.bitmap` does the same with bitmaps.

Pictures are uint8, white ink (255) on black (0). x runs to the right and y down; the middle of pixel i is at i + 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import DrawingError
from core.ink.antialias import SOFT_EDGE, render_lines

Stroke = NDArray[np.float64]
Picture = NDArray[np.uint8]

# Pixels of the picture's side.
SIDE = 28
# Pixels of the square that the ink is scaled to.
INK_SIDE = 20
# Width of the lines in pixels of the picture. Of the widths 2.0, 2.4 and 2.8 it gave three plain MNIST networks the
# highest accuracy on 2,500 pen digits.
THICKNESS = 2.4
# Pixels, x and y. The mean centre of mass of MNIST's digits is 14.50 both ways: the middle of pixel 14.
MIDDLE = SIDE / 2 + 0.5
MAX_STROKES = 2_000
# Points of all strokes together.
MAX_POINTS = 200_000

# Canvas pixels. Ink whose longer side is shorter than this is drawn as a dot instead of being scaled up to a digit.
_DOT = 8.0


@dataclass(frozen=True)
class PreprocessSteps:
    """The steps from ink to picture, each of which can be left out to see what it is for.

    cut_out: the ink's box is scaled to its size in the picture; else the whole canvas is shrunk.
    thicken: lines get the thickness of MNIST's; else they are as wide as they were drawn.
    centre: the ink's centre of mass lies in the picture's middle; else the middle of its box, or of the canvas, does.
    """

    cut_out: bool = True
    thicken: bool = True
    centre: bool = True


ALL_STEPS = PreprocessSteps()


@dataclass(frozen=True)
class Canvas:
    """The square that strokes were drawn on, and the width of each stroke's line, all in canvas pixels."""

    left: float
    top: float
    side: float
    brushes: Sequence[float]


@dataclass(frozen=True)
class PreprocessTrace:
    """How a drawing became a picture.

    box: left, top, right, bottom of the ink in canvas pixels. For strokes it is the box of the pen's points, without
        the width of the lines.
    scaled: the ink at its size in the picture, uint8 (20, 20), or (28, 28) where the whole canvas was shrunk.
    picture: what the network sees, uint8 (28, 28).
    """

    box: tuple[float, float, float, float]
    scaled: Picture
    picture: Picture


@dataclass(frozen=True)
class _Frame:
    """Which square of the canvas becomes the picture `scaled`, and how.

    middle: the square's middle, x and y in canvas pixels.
    scale: the length of a canvas pixel in pixels of `scaled`.
    side: pixels of `scaled` along a side.
    widths: of each stroke's line, in pixels of `scaled`.
    lowest, highest: the least and the greatest x and y, in pixels of the final picture, at which the square's middle
        may be placed so that all ink stays inside that picture.
    """

    middle: Stroke
    scale: float
    side: int
    widths: Sequence[float]
    lowest: Stroke
    highest: Stroke


def picture_from_strokes(
    strokes: Sequence[Stroke],
    thickness: float = THICKNESS,
    steps: PreprocessSteps = ALL_STEPS,
    canvas: Canvas | None = None,
) -> PreprocessTrace | None:
    """Draw strokes anew as MNIST's digits are. None where there is no point.

    strokes: arrays (n, 2) of points in canvas pixels; the points of a stroke are joined, different strokes are not.
    thickness: of the lines, in pixels of the picture. canvas: needed where a step is left out.
    Raises DrawingError when there are too many strokes or points.
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
        # Ink whose centre of mass is far from its box's middle, such as a line with a dot, must stay inside.
        offset = np.clip(MIDDLE - (centre_of_mass(scaled) - frame.side / 2), frame.lowest, frame.highest)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return PreprocessTrace(box, shades(scaled), shades(render_lines(small, SIDE, offset, frame.widths)))


def _frame_ink(low: Stroke, high: Stroke, thickness: float, widths: Sequence[float]) -> _Frame:
    """The square around the ink's box from `low` to `high`, scaled so that lines of that thickness fit in."""
    scale = (INK_SIDE - thickness - 2 * SOFT_EDGE) / max(_DOT, *(high - low))
    lowest, highest = np.full(2, INK_SIDE / 2), np.full(2, SIDE - INK_SIDE / 2)
    return _Frame((low + high) / 2, scale, INK_SIDE, widths, lowest, highest)


def _frame_by_steps(low: Stroke, high: Stroke, thickness: float, steps: PreprocessSteps, canvas: Canvas) -> _Frame:
    widths = np.full(len(canvas.brushes), thickness)
    if steps.cut_out and not steps.thicken:
        # The widest brush at the scale at which the ink, with that brush's line around it, fits.
        brush = max(canvas.brushes)
        thickness = (INK_SIDE - 2 * SOFT_EDGE) * brush / (max(_DOT, *(high - low)) + brush)
        widths = np.array(canvas.brushes) * thickness / brush
    if steps.cut_out:
        return _frame_ink(low, high, thickness, widths.tolist())
    middle = np.array([canvas.left, canvas.top]) + canvas.side / 2
    scale = SIDE / canvas.side
    if not steps.thicken:
        widths = np.array(canvas.brushes) * scale
    # At these places of the canvas's middle the ink touches the picture's edges.
    lowest, highest = (middle - low) * scale, SIDE + (middle - high) * scale
    return _Frame(middle, scale, SIDE, widths.tolist(), lowest, highest)


def check_size(n_strokes: int, n_points: int) -> None:
    """Raise DrawingError when there are more strokes or points than can be drawn in good time."""
    if n_strokes > MAX_STROKES:
        raise DrawingError(
            "The drawing has {count:,} strokes; at most {limit:,} are read.", count=n_strokes, limit=MAX_STROKES
        )
    if n_points > MAX_POINTS:
        raise DrawingError(
            "The drawing has {count:,} points; at most {limit:,} are read.", count=n_points, limit=MAX_POINTS
        )


def centre_of_mass(ink: NDArray[np.number]) -> NDArray[np.float64]:
    """The centre of mass, x and y, of ink (side, side)."""
    columns, rows = ink.sum(0, dtype=np.float64), ink.sum(1, dtype=np.float64)
    middles = np.arange(len(ink)) + 0.5
    centre: NDArray[np.float64] = np.array([columns @ middles, rows @ middles]) / columns.sum()
    return centre


def shades(ink: NDArray[np.float64]) -> Picture:
    """Ink from 0 to 1 as shades from 0 to 255."""
    return np.rint(ink * 255).astype(np.uint8)
