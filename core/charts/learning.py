"""Learning curves: loss as it falls step by step, accuracy epoch by epoch, for one run or several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.runs.history import History

MAX_POINTS = 400

Curve = NDArray[np.float64]
# First and last epoch on the axis.
Span = tuple[float, float]


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
    """

    name: str
    step_epoch: Curve
    train: Curve
    epoch: Curve
    val: Curve
    test: Curve


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
    return AccuracyCurve(
        name, points[:, 0] / steps_per_epoch, moving_average(points[:, 1], smoothing), epoch, val, test
    )


def find_span(progress: Iterable[tuple[float, int]]) -> Span:
    """The epochs to show of some runs, each given as the epochs it has done and all it is to do.

    All epochs, or of a long run up to 20, 50, 100, … at first, as far as it has come; the longest run decides.
    """
    return 0.0, float(max(_find_end(done, epochs) for done, epochs in progress))


def _find_end(done: float, epochs: int) -> int:
    ends = (20, 50, 100, 200, 500)
    return next((end for end in ends if done <= end < epochs), epochs)
