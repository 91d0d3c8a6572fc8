"""Learning curves: loss as it falls step by step, accuracy epoch by epoch, for one run or several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.runs.history import History

MAX_POINTS = 400
# The axis of a run in training ends where the run will be about this many seconds later, or beyond.
_AHEAD_SECONDS = 10.0
# Where the axis can end before the run does, in epochs.
_ENDS = (0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750)
# Parts of the axis between its labels, at most: more labels would touch each other on a phone.
_MOST_PARTS = 7

Curve = NDArray[np.float64]
# First and last epoch on the axis.
Span = tuple[float, float]
Measure = Literal["validation", "test", "train"]


@dataclass(frozen=True)
class LossCurve:
    """Loss over epochs (fractions for steps within one): the first step, then at most `MAX_POINTS` stretches of steps.

    loss: of the last step of each stretch. smooth: mean of the stretch, then an exponential moving average.
    Both begin with the first step's own loss: a first stretch of many steps would hide where the fall began.
    """

    name: str
    epoch: Curve
    loss: Curve
    smooth: Curve


@dataclass(frozen=True)
class AccuracyCurve:
    """Accuracy as shares from 0 to 1: of training as it goes on, of the other splits after each epoch.

    step_epoch, train: running accuracy within training, at most `MAX_POINTS` points.
    epoch, val, test: at the end of each epoch; NaN where it was not measured.
    missing: what this run never measures.
    """

    name: str
    step_epoch: Curve
    train: Curve
    epoch: Curve
    val: Curve
    test: Curve
    missing: frozenset[Measure] = frozenset()


class LrMark(NamedTuple):
    """A base learning rate set by hand, and the epoch (a fraction within one) from which it counts."""

    epoch: float
    lr: float


def loss_data(history: History, name: str, smoothing: float = 0.6) -> LossCurve:
    """The loss curve of a history. `smoothing`, from 0 to below 1, is the weight of what came before."""
    losses = np.asarray(history.step_losses, np.float64)
    # Stretches double in length, so that points stay where they are while a run grows.
    stretch = 1
    while len(losses) > stretch * MAX_POINTS:
        stretch *= 2
    starts = np.arange(0, len(losses), stretch)
    ends = np.minimum(starts + stretch, len(losses))
    means = np.add.reduceat(losses, starts) / (ends - starts) if len(losses) else losses
    steps_per_epoch = history.started.steps_per_epoch if history.started else 1
    smooth = moving_average(means, smoothing)
    # A stretch of one step is the first step already.
    first = losses[: int(stretch > 1)]
    return LossCurve(
        name,
        np.concatenate([np.ones(len(first)), ends]) / steps_per_epoch,
        np.concatenate([first, losses[ends - 1]]),
        np.concatenate([first, smooth]),
    )


def moving_average(values: Curve, smoothing: float) -> Curve:
    """Exponential moving average, corrected so that its start is not pulled towards 0 (as in Adam)."""
    average, out = 0.0, np.empty(len(values))
    for number, value in enumerate(values):
        average = smoothing * average + (1 - smoothing) * value
        out[number] = average / (1 - smoothing ** (number + 1))
    return out


def accuracy_data(history: History, name: str, smoothing: float = 0.6) -> AccuracyCurve:
    """The accuracy curves of a history; `smoothing` as for the loss."""
    points = np.asarray(history.accuracies, np.float64).reshape(-1, 2)
    points = points[:: len(points) // MAX_POINTS + 1]
    steps_per_epoch = history.started.steps_per_epoch if history.started else 1
    val = np.asarray([row.val_accuracy for row in history.epochs], np.float64)
    test = np.asarray([row.test_accuracy for row in history.epochs], np.float64)
    epoch = np.asarray([row.epoch for row in history.epochs], np.float64)
    train = moving_average(points[:, 1], smoothing)
    return AccuracyCurve(name, points[:, 0] / steps_per_epoch, train, epoch, val, test, _missing(history))


def _missing(history: History) -> frozenset[Measure]:
    missing: set[Measure] = set()
    # Before its first epoch ends a run does not say whether it watches the test set.
    if history.epochs and all(row.test_accuracy is None for row in history.epochs):
        missing.add("test")
    if (history.started and not history.started.n_val) or (
        history.epochs and all(row.val_accuracy is None for row in history.epochs)
    ):
        missing.add("validation")
    return frozenset(missing)


def lr_marks(history: History) -> tuple[LrMark, ...]:
    """The learning rates set by hand."""
    steps_per_epoch = history.started.steps_per_epoch if history.started else 1
    return tuple(LrMark(change.step / steps_per_epoch, change.lr) for change in history.lr_changes)


def find_reach(history: History) -> float:
    """The epochs that a run has done and will do within the next seconds.

    By the pace of its first report, which stays as it is, so the reach never goes back.
    """
    if history.started is None:
        return 0.0
    steps_ahead = _AHEAD_SECONDS / history.first_pace if history.first_pace else 0.0
    return (history.step + steps_ahead) / history.started.steps_per_epoch


def find_span(progress: Iterable[tuple[float, int]]) -> Span:
    """The epochs to show of some runs, each given as its reach (see `find_reach`) and all the epochs it is to do.

    The end grows in steps with the run, so that a long run's curves fill the chart; the longest run decides.
    """
    return 0.0, max(_find_end(reach, epochs) for reach, epochs in progress)


def _find_end(reach: float, epochs: int) -> float:
    return float(next((end for end in _ENDS if reach <= end < epochs), epochs))


def tick_step(shown: Span) -> float:
    """The distance of the axis's labels: 1, 2 or 5 times a power of ten, so that the labels have room."""
    length = shown[1] - shown[0]
    steps = (digit * 10.0**power for power in count(-3) for digit in (1, 2, 5))
    return next(step for step in steps if length / step <= _MOST_PARTS)
