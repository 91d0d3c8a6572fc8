"""The twins' charts: both losses, and how far apart their tensors are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.twins.history import TwinHistory
from core.twins.setup import KINDS, Kind

MAX_POINTS = 400
NUMPY, TORCH = "NumPy", "PyTorch"

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class StepCurves:
    """Named lines over steps. step: the last step of each stretch, at most `MAX_POINTS` of them."""

    step: NDArray[np.int64]
    lines: Mapping[str, Curve]


def twin_loss_data(history: TwinHistory) -> StepCurves:
    """Both networks' losses, of the last step in each stretch."""
    ends = _stretches(len(history))
    losses = {NUMPY: history.numpy_losses, TORCH: history.torch_losses}
    return StepCurves(ends, {name: np.asarray(values, np.float64)[ends - 1] for name, values in losses.items()})


def difference_data(history: TwinHistory, kind: Kind | None = None) -> StepCurves:
    """The largest difference in each stretch: of every tensor of a kind, or of each kind as a whole.

    What a logarithmic axis cannot show, which is 0 and infinity, is NaN.
    """
    rows: Mapping[str, Curve]
    if kind:
        rows = {name: np.asarray(values) for name, values in history.differences[kind].items()}
    else:
        found = {kind: list(history.differences[kind].values()) for kind in KINDS}
        rows = {kind: np.asarray(tensors).max(0) for kind, tensors in found.items() if tensors}
    ends = _stretches(len(history))
    starts = np.concatenate([[0], ends[:-1]])[: len(ends)]
    return StepCurves(ends, {name: _loggable(np.maximum.reduceat(row, starts)) for name, row in rows.items()})


def _stretches(n_steps: int) -> NDArray[np.int64]:
    # Stretches double in length, so that points stay where they are while the curves grow.
    stretch = 1
    while n_steps > stretch * MAX_POINTS:
        stretch *= 2
    return np.minimum(np.arange(0, n_steps, stretch) + stretch, n_steps)


def _loggable(values: Curve) -> Curve:
    return np.where((values > 0) & np.isfinite(values), values, np.nan)


def tensor_rows(history: TwinHistory) -> list[tuple[Kind, str, float, float]]:
    """Kind, tensor, difference in the last step and largest difference so far, for a table."""
    return [
        (kind, name, values[-1], max(values)) for kind in KINDS for name, values in history.differences[kind].items()
    ]
