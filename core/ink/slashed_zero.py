"""A zero with a stroke through it, as it is written to tell it from the letter O. MNIST has none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.ink.rendering import Stroke

# Share of the loop's longer side by which its ends may lie apart.
_OPEN = 0.5
# Share of the loop's box that it encloses at least. An ellipse encloses 0.79, an 8 much less.
_ROUND = 0.5
# A straight stroke's ends are at least this share of its way apart.
_STRAIGHT = 0.93
# Share of the loop's longer side that the slash is long at least.
_LONG = 0.5
# Degrees by which the slash rises to the right.
_RISE = (20.0, 80.0)
# Share of each side of the loop's box. The slash's middle is no farther from the box's middle.
_OFF = 0.2


def slash_of_zero(strokes: Sequence[Stroke]) -> int | None:
    """The index of the stroke through a zero; None where the strokes, (n, 2) each, are no slashed zero."""
    if len(strokes) != 2:
        return None
    for loop, slash in ((0, 1), (1, 0)):
        if _is_loop(strokes[loop]) and _goes_through(strokes[slash], strokes[loop]):
            return slash
    return None


def _is_loop(stroke: Stroke) -> bool:
    wide, high = np.ptp(stroke, axis=0)
    if min(wide, high) <= 0 or np.hypot(*(stroke[0] - stroke[-1])) > _OPEN * max(wide, high):
        return False
    x, y = stroke.T
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    return bool(area >= _ROUND * wide * high)


def _goes_through(slash: Stroke, loop: Stroke) -> bool:
    low, high = loop.min(0), loop.max(0)
    way = float(np.hypot(*np.diff(slash, axis=0).T).sum())
    across, down = slash[-1] - slash[0]
    chord = float(np.hypot(across, down))
    if chord < max(_STRAIGHT * way, _LONG * float((high - low).max())):
        return False
    # y runs down, so that a line that rises to the right has sides of different signs.
    rise = np.degrees(np.arctan2(abs(down), abs(across))) if across * down < 0 else 0.0
    off = np.abs((slash[0] + slash[-1]) / 2 - (low + high) / 2) / (high - low)
    return bool(_RISE[0] <= rise <= _RISE[1] and (off <= _OFF).all())
