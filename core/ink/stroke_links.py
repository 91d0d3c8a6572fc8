"""The log-odds that two strokes, or two pieces of ink, are of one digit, from their positions relative to each other.

All lengths are measured in heights of the writing. So size and place do not matter, nor does the order in which the
strokes were written.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.ink.rendering import Stroke

# A logistic regression, fitted on numbers composed of the training writers' digits (`python -m tools.fit_digit_split`).
# Log-odds of two strokes all of whose features are 0.
_INTERCEPT = 6.735
# Log-odds per height of the writing, for each feature of a pair of strokes.
_COEFFICIENTS = (11.4, -15.06, -12.69, 7.97, -14.28)

# Heights of the writing. Greater distances between strokes count as this one.
FAR = 0.5
# Points at equal distances that stand for a stroke.
_POINTS = 24


def same_digit_log_odds(strokes: Sequence[Stroke]) -> NDArray[np.float64]:
    """Log-odds (n, n) that two of the strokes, (points, 2) each, are of one digit."""
    return log_odds(pair_features(strokes))


def log_odds(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log-odds (...) of pairs with these features (..., 5); see `position_features`."""
    odds: NDArray[np.float64] = _INTERCEPT + features @ np.array(_COEFFICIENTS)
    return odds


def pair_features(strokes: Sequence[Stroke]) -> NDArray[np.float64]:
    """The features of each pair of strokes, (n, n, 5); see `position_features`."""
    points = np.stack([_resample(stroke) for stroke in strokes]) / writing_height(strokes)
    return position_features(points.min(1), points.max(1), _distances(points))


def position_features(
    low: NDArray[np.float64], high: NDArray[np.float64], distances: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The features of each pair of boxes, (n, n, 5), all in heights of the writing.

    low, high: the boxes' least and greatest x and y, (n, 2). distances: between their contents, (n, n).
    Their horizontal overlap (negative: the gap between them), the distance between their nearest points, which is
    `FAR` at most, their vertical overlap (negative: the gap), the smaller of their heights, and the horizontal
    distance of their middles.
    """
    overlap = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    heights, middles = (high - low)[:, 1], (low + high)[:, 0] / 2
    lower, apart = np.minimum.outer(heights, heights), np.abs(np.subtract.outer(middles, middles))
    return np.stack([overlap[..., 0], np.minimum(distances, FAR), overlap[..., 1], lower, apart], -1)


def writing_height(strokes: Sequence[Stroke]) -> float:
    """About the height of a digit: that of the highest stroke, unless all strokes are flat bars or dots."""
    sizes = [np.ptp(stroke, axis=0) for stroke in strokes]
    whole = float(np.ptp(np.concatenate(strokes)[:, 1]))
    return max(1e-9, whole / 2, *(float(max(high, wide / 2)) for wide, high in sizes))


def _distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances (n, n) between the nearest points of strokes (n, m, 2)."""
    x, y = points.reshape(-1, 2).T
    squares = np.subtract.outer(x, x) ** 2 + np.subtract.outer(y, y) ** 2
    count = len(points)
    nearest = squares.reshape(count, -1, count, points.shape[1]).min((1, 3))
    return np.asarray(np.sqrt(nearest))


def _resample(stroke: Stroke) -> Stroke:
    """Points at equal distances along the stroke; the pen's own points lie closer where it was slow."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    places = np.linspace(0, way[-1], _POINTS)
    return np.column_stack([np.interp(places, way, axis) for axis in stroke.T])
