"""Learning curves: loss as it falls step by step, accuracy epoch by epoch, for one run or several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.charts.palette import RUNS, TEST, TRAIN, VALIDATION
from core.runs.history import History

MAX_POINTS = 400

_HEIGHT = 320
# A row of the legend, and the widest name that also fits a phone.
_ROW_HEIGHT = 18
_NAME_WIDTH = 300

_SPLIT_COLOURS = {"validation": VALIDATION, "test": TEST}

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


def chart_height(n_runs: int) -> int:
    """The height in pixels of a chart of so many runs: the legend's further rows take nothing from the curves."""
    return _HEIGHT + (n_runs - 1) * _ROW_HEIGHT


def loss_chart(curves: Sequence[LossCurve], shown: Span) -> dict[str, Any]:
    """An ECharts option. A single run shows its single steps behind the smoothed curve; several only the latter."""
    datasets = [pd.DataFrame({"epoch": c.epoch, "loss": c.loss, "smoothed": c.smooth}).round(5) for c in curves]
    series: list[dict[str, Any]] = []
    if len(curves) == 1:
        series.append(_line("single step", "loss", 0, TRAIN, width=1, opacity=0.3))
        series.append(_line("smoothed", "smoothed", 0, TRAIN))
    else:
        series += [_line(c.name, "smoothed", number, _run_colour(number)) for number, c in enumerate(curves)]
    return _option(datasets, series, shown, {"type": "value", "name": "loss", "min": 0}, len(curves))


def accuracy_chart(curves: Sequence[AccuracyCurve], shown: Span) -> dict[str, Any]:
    """An ECharts option. A single run shows every split it measured; several only validation (else training)."""
    datasets: list[pd.DataFrame] = []
    series: list[dict[str, Any]] = []
    for number, curve in enumerate(curves):
        datasets += [
            pd.DataFrame({"epoch": curve.step_epoch, "train": curve.train}).round(5),
            pd.DataFrame({"epoch": curve.epoch, "validation": curve.val, "test": curve.test}).round(5),
        ]
        measured = [split for split in ("validation", "test") if datasets[-1][split].notna().any()]
        if len(curves) == 1:
            series.append(_line("train (running)", "train", 0, TRAIN))
            series += [_line(split, split, 1, _SPLIT_COLOURS[split], symbols=True) for split in measured]
        elif "validation" in measured:
            series.append(_line(curve.name, "validation", 2 * number + 1, _run_colour(number), symbols=True))
        else:
            series.append(_line(curve.name, "train", 2 * number, _run_colour(number)))
    axis = {"type": "value", "name": "accuracy", "max": 1, "scale": True}
    return _option(datasets, series, shown, axis, len(curves))


def _legend(n_runs: int) -> dict[str, Any]:
    legend: dict[str, Any] = {"bottom": 0, "icon": "roundRect", "itemWidth": 14, "itemHeight": 4, "itemGap": 6}
    if n_runs > 1:
        # One below the other, as the names are long; one cut short is told in full under the mouse.
        text = {"width": _NAME_WIDTH, "overflow": "truncate"}
        legend |= {"orient": "vertical", "textStyle": text, "tooltip": {"show": True}}
    return legend


def _run_colour(number: int) -> str:
    return RUNS[number % len(RUNS)]


def _line(
    name: str, column: str, dataset: int, colour: str, width: int = 2, opacity: float = 1.0, symbols: bool = False
) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "datasetIndex": dataset,
        "encode": {"x": "epoch", "y": column, "tooltip": [column]},
        "color": colour,
        "lineStyle": {"width": width, "opacity": opacity},
        # The legend takes its sign from this.
        "itemStyle": {"opacity": opacity},
        "showSymbol": symbols,
        "symbolSize": 6,
    }


def _option(
    datasets: list[pd.DataFrame], series: list[dict[str, Any]], shown: Span, y_axis: dict[str, Any], n_runs: int
) -> dict[str, Any]:
    return {
        # Redrawing in place without animation keeps a growing chart calm.
        "animation": False,
        "dataset": [{"source": frame} for frame in datasets],
        "grid": {
            "left": 52,
            "right": 16,
            "top": 34,
            "bottom": 48 + n_runs * _ROW_HEIGHT,
            "outerBoundsMode": "none",
        },
        "legend": _legend(n_runs),
        "tooltip": {"trigger": "axis", "valueFormatter": "%.4f"},
        # Zoom comes from outside: each redraw of the chart would undo one made by hand.
        "dataZoom": [{"type": "inside", "disabled": True, "startValue": shown[0], "endValue": shown[1]}],
        "xAxis": {
            "type": "value",
            "name": "epoch",
            "nameLocation": "middle",
            "nameGap": 24,
            "min": shown[0],
            "max": shown[1],
            "splitLine": {"show": False},
        },
        "yAxis": y_axis,
        "series": series,
    }
