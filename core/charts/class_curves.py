"""Learning curves of a whole class in one chart: one line a pupil, the best of them in colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.charts.learning import Curve

# Points of a line, at most: thirty lines are read by their shape.
MOST_POINTS = 60
# Lines that stand out from the others.
N_LEADING = 7


@dataclass(frozen=True)
class ClassCurve:
    """One line: accuracies, shares from 0 to 1, at epochs. is_leading: whether it is one of the best."""

    name: str
    epoch: Curve
    accuracy: Curve
    is_leading: bool


def class_curves(curves: Sequence[tuple[str, Curve, Curve]]) -> tuple[ClassCurve, ...]:
    """Lines from names, epochs (N,) and accuracies (N,); the highest last accuracy comes first.

    A curve without points gives no line; every line has its curve’s first and last point.
    """
    known = sorted((curve for curve in curves if len(curve[1])), key=lambda curve: -float(curve[2][-1]))
    return tuple(
        ClassCurve(name, epoch[_thin(len(epoch))], accuracy[_thin(len(epoch))], place < N_LEADING)
        for place, (name, epoch, accuracy) in enumerate(known)
    )


def _thin(count: int) -> Curve:
    """The places of at most `MOST_POINTS` of so many points, evenly spread."""
    places: Curve = np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(np.int64))
    return places
