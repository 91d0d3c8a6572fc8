"""Learning curves of several runs in one chart: the same measure of all, at places that all share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.charts.learning import MAX_POINTS, AccuracyCurve, Curve, LossCurve, Measure

# Curves that are nowhere further apart than this share of the chart's height look like one.
_INDISTINCT = 0.005


@dataclass(frozen=True)
class Line:
    """One run's values at the places of its chart; NaN where it has none.

    covers: lines before this one that it runs along, so that it has to be drawn with gaps to show them.
    """

    name: str
    values: Curve
    covers: int


@dataclass(frozen=True)
class Comparison:
    """The same measure of several runs. A crosshair reads all of them, since they share the places `epoch`."""

    measure: Measure
    epoch: Curve
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Readings:
    """The accuracies of one run at places that all of them share.

    train: between two points as on the line that joins them. val, test: NaN but where they were measured.
    last_val, last_test: as measured last; NaN before.
    """

    epoch: Curve
    train: Curve
    val: Curve
    test: Curve
    last_val: Curve
    last_test: Curve


def compare_losses(curves: Sequence[LossCurve]) -> Comparison:
    """The smoothed training losses of several runs."""
    return _on_one_grid([(curve.name, curve.epoch, curve.smooth) for curve in curves])


def compare_accuracies(curves: Sequence[AccuracyCurve]) -> Comparison:
    """The accuracies of several runs: of validation where all measure it, else of the test set, else of training."""
    measure = common_measure(curves)
    if measure == "train":
        return _on_one_grid([(curve.name, curve.step_epoch, curve.train) for curve in curves])
    places = np.unique(np.concatenate([curve.epoch for curve in curves]))
    rows = [(curve.name, curve.epoch, curve.val if measure == "validation" else curve.test) for curve in curves]
    return Comparison(measure, places, _lines([(name, _put(places, at, values)) for name, at, values in rows]))


def common_measure(curves: Sequence[AccuracyCurve]) -> Measure:
    """What all these runs measure."""
    splits: tuple[Measure, ...] = ("validation", "test")
    return next((split for split in splits if not any(split in curve.missing for curve in curves)), "train")


def read_accuracies(curve: AccuracyCurve) -> Readings:
    """All accuracies of one run."""
    places = np.unique(np.concatenate([curve.step_epoch, curve.epoch]))
    val, test = (_put(places, curve.epoch, values) for values in (curve.val, curve.test))
    return Readings(
        places, _between(places, curve.step_epoch, curve.train), val, test, _hold_last(val), _hold_last(test)
    )


def _on_one_grid(rows: Sequence[tuple[str, Curve, Curve]]) -> Comparison:
    """Curves (name, places, values) at the places of one grid, and at the two ends of each."""
    ends = [places[[0, -1]] for _, places, _ in rows if len(places)]
    end = max((pair[1] for pair in ends), default=0.0)
    # Distances double as the runs grow, so that points stay where they are.
    step = 2.0 ** np.ceil(np.log2(end / MAX_POINTS)) if end else 1.0
    grid = np.unique(np.concatenate([np.arange(1, int(end / step) + 1) * step, *ends]))
    return Comparison("train", grid, _lines([(name, _between(grid, at, values)) for name, at, values in rows]))


def _between(places: Curve, at: Curve, values: Curve) -> Curve:
    """Values at other places within their range, on straight lines; NaN outside."""
    if not len(at):
        return np.full(len(places), np.nan)
    return np.interp(places, at, values, left=np.nan, right=np.nan)


def _put(places: Curve, at: Curve, values: Curve) -> Curve:
    out = np.full(len(places), np.nan)
    out[np.searchsorted(places, at)] = values
    return out


def _hold_last(values: Curve) -> Curve:
    """NaN replaced by the last number before it."""
    known = np.where(np.isnan(values), -1, np.arange(len(values)))
    last = np.maximum.accumulate(known) if len(values) else known
    return np.where(last < 0, np.nan, values[last]) if len(values) else values


def _lines(rows: Sequence[tuple[str, Curve]]) -> tuple[Line, ...]:
    everything = np.concatenate([values for _, values in rows])
    known = everything[np.isfinite(everything)]
    near = _INDISTINCT * float(np.ptp(known)) if len(known) else 0.0
    return tuple(
        Line(name, values, sum(_run_along(values, other, near) for _, other in rows[:number]))
        for number, (name, values) in enumerate(rows)
    )


def _run_along(one: Curve, other: Curve, near: float) -> bool:
    both = np.isfinite(one) & np.isfinite(other)
    return bool(both.any() and np.abs(one[both] - other[both]).max() <= near)
