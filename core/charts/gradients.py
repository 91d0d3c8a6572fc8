"""The gradient check's charts: the error over ε, and the gradients of all weights into one unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.twins.gradient_check import GradientCheck

PICTURE_WIDTH = 28
_GRID_WIDTH = 16

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class ErrorCurve:
    """Relative error over ε, from small to large; NaN where it is 0, which a logarithmic axis cannot show.

    smooth, switched: the errors of trials in which no ReLU switched, and in which one did. rounding: what
    rounding alone can make. chosen: ε and error of the reader's trial.
    """

    epsilon: Curve
    smooth: Curve
    switched: Curve
    rounding: Curve
    chosen: tuple[float, float]


def error_data(check: GradientCheck) -> ErrorCurve:
    """The V: curvature makes the error for a large ε, rounding for a small one."""
    trials = sorted(check.curve, key=lambda trial: trial.epsilon)
    errors = np.array([trial.error or np.nan for trial in trials])
    switched = np.array([trial.switched > 0 for trial in trials])
    return ErrorCurve(
        np.array([trial.epsilon for trial in trials]),
        np.where(switched, np.nan, errors),
        np.where(switched, errors, np.nan),
        np.array([trial.rounding or np.nan for trial in trials]),
        (check.trial.epsilon, check.trial.error or np.nan),
    )


@dataclass(frozen=True)
class UnitPicture:
    """The weights into one unit as a picture, 28×28 for pixels and rows of 16 otherwise.

    column, row: of each input's cell. gradients, weights: of each input. chosen: the number of one input, or None.
    """

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    gradients: Curve
    weights: Curve
    chosen: int | None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.row.max()) + 1, int(self.column.max()) + 1


def unit_data(check: GradientCheck) -> UnitPicture:
    """Lay out the inputs in reading order."""
    count = len(check.unit_weights)
    width = PICTURE_WIDTH if check.place.layer == 1 else min(_GRID_WIDTH, count)
    row, column = np.divmod(np.arange(count), width)
    return UnitPicture(column, row, check.unit_gradients, check.unit_weights, check.place.column)
