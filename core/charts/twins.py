"""The twins' charts: both losses, and how far apart their tensors are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.charts.palette import RUNS
from core.twins.history import TwinHistory
from core.twins.setup import KINDS, Kind, Precision

MAX_POINTS = 400
NUMPY, TORCH = "NumPy", "PyTorch"

_BLUE, _AMBER, _GREEN, _PURPLE, _RED, _TEAL, _YELLOW, _PINK = RUNS
_COLOURS = {NUMPY: _BLUE, TORCH: _AMBER, "activations": _GREEN, "gradients": _PURPLE, "weights": _PINK}
NEUTRAL = "#8a94a6"
_SPARE = (_GREEN, _PURPLE, _PINK, _BLUE, _AMBER, _TEAL, _RED, _YELLOW)

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


def twin_loss_chart(curves: StepCurves) -> dict[str, Any]:
    """An ECharts option: a broad line with a dashed one on it."""
    series = [
        {**_line(NUMPY, _COLOURS[NUMPY]), "lineStyle": {"width": 6, "opacity": 0.45}},
        {**_line(TORCH, _COLOURS[TORCH]), "lineStyle": {"width": 2, "type": [5, 5]}},
    ]
    return _option([curves], series, {"type": "value", "name": "loss", "min": 0}, "%.6f")


def difference_chart(
    curves: StepCurves, precision: Precision, other: tuple[Precision, StepCurves] | None = None
) -> dict[str, Any]:
    """An ECharts option on a logarithmic axis, with the spacing of the precision's numbers near 1 as a line.

    other: the curves by kind that another precision has reached, for comparison.
    """
    shown, series = [curves], []
    for number, name in enumerate(curves.lines):
        series.append(_log_line(name, _COLOURS.get(name, _SPARE[number % len(_SPARE)])))
    if other:
        name = f"all, in {other[0]}"
        shown.append(StepCurves(other[1].step, {name: _highest(other[1])}))
        series.append({**_log_line(name, NEUTRAL, 1), "lineStyle": {"width": 1.5, "type": "dotted"}})
    grain = float(np.finfo(precision).eps)
    if series:
        series[0]["markLine"] = _mark(grain, f"numbers near 1 are {grain:.1e} apart")
    values = [line for part in shown for line in part.lines.values()]
    option = _option(shown, series, log_axis("largest difference", [*values, np.array([grain])]), "%.1e")
    for source, part in zip(option["dataset"], shown, strict=True):
        source["source"] = with_exponents(source["source"], list(part.lines))
    return option


def log_axis(name: str, values: Sequence[Curve]) -> dict[str, Any]:
    """An axis for exponents of 10 that reaches over all values.

    ECharts writes the labels of its own logarithmic axis out, as in 0.000000000000001.
    """
    exponents = np.log10(np.concatenate(values))
    low, high = np.nanmin(exponents), np.nanmax(exponents)
    label = {"formatter": "1e{value}"}
    return {
        "type": "value",
        "name": name,
        "min": int(np.floor(low)),
        "max": int(np.ceil(high)),
        "minInterval": 1,
        "axisLabel": label,
    }


def with_exponents(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The frame with a column `log NAME` beside each of `columns`, for a `log_axis`."""
    return frame.assign(**{f"log {column}": np.log10(frame[column]) for column in columns})


def _highest(curves: StepCurves) -> Curve:
    highest: Curve = np.fmax.reduce(list(curves.lines.values()))
    return highest


def _mark(value: float, text: str) -> dict[str, Any]:
    return {
        "silent": True,
        "symbol": "none",
        "data": [{"yAxis": float(np.log10(value))}],
        "lineStyle": {"color": NEUTRAL, "type": "dashed", "width": 1},
        "label": {"formatter": text, "position": "insideEndTop", "color": NEUTRAL, "fontSize": 11},
    }


def _line(name: str, colour: str, dataset: int = 0) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "datasetIndex": dataset,
        "encode": {"x": "step", "y": name, "tooltip": [name]},
        "color": colour,
        "lineStyle": {"width": 2},
        "showSymbol": False,
    }


def _log_line(name: str, colour: str, dataset: int = 0) -> dict[str, Any]:
    return {**_line(name, colour, dataset), "encode": {"x": "step", "y": f"log {name}", "tooltip": [name]}}


def _option(
    shown: list[StepCurves], series: list[dict[str, Any]], y_axis: dict[str, Any], number_format: str
) -> dict[str, Any]:
    frames = [pd.DataFrame({"step": curves.step, **curves.lines}) for curves in shown]
    last = max((int(curves.step[-1]) for curves in shown if len(curves.step)), default=0)
    return {
        # Redrawing in place without animation keeps a growing chart calm.
        "animation": False,
        "dataset": [{"source": frame} for frame in frames],
        "grid": {"left": 52, "right": 16, "top": 34, "bottom": 66, "outerBoundsMode": "none"},
        "legend": {"bottom": 0, "type": "scroll", "icon": "roundRect", "itemWidth": 14, "itemHeight": 4},
        "tooltip": {"trigger": "axis", "valueFormatter": number_format},
        "xAxis": {
            "type": "value",
            "name": "step",
            "nameLocation": "middle",
            "nameGap": 24,
            # The exponents' 0 is no place for it.
            "axisLine": {"onZero": False},
            "min": 0,
            "max": axis_end(last),
            "splitLine": {"show": False},
        },
        "yAxis": y_axis,
        "series": series,
    }


def axis_end(n_steps: int) -> int:
    """Where the axis ends: 100, 200, 500, 1000, … as far as the steps have come."""
    end = 100
    for factor in (2, 2.5, 2) * 3:
        if n_steps <= end:
            break
        end = int(end * factor)
    return end
