"""The twins' charts, drawn: both losses, and how far apart their tensors are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.charts.twins import NUMPY, TORCH, Curve, StepCurves
from core.twins.setup import Precision
from models.texts import mark
from pages.components.charts.palette import RUNS
from pages.components.shell.texts import tr_plain

_BLUE, _AMBER, _GREEN, _PURPLE, _RED, _TEAL, _YELLOW, _PINK = RUNS
_COLOURS = {NUMPY: _BLUE, TORCH: _AMBER, "activations": _GREEN, "gradients": _PURPLE, "weights": _PINK}
NEUTRAL = "#8a94a6"
KIND_TITLES: Mapping[str, str] = {
    "activations": mark("activations"),
    "gradients": mark("gradients"),
    "weights": mark("weights"),
}
# The column of the other precision.
_OTHER = "other"
_SPARE = (_GREEN, _PURPLE, _PINK, _BLUE, _AMBER, _TEAL, _RED, _YELLOW)


def twin_loss_chart(curves: StepCurves) -> dict[str, Any]:
    """An ECharts option: a broad line with a dashed line on top; of one step, a broad dot with a small one on top."""
    broad = {"lineStyle": {"width": 6, "opacity": 0.45}, "itemStyle": {"opacity": 0.45}, "symbolSize": 14}
    dashed = {"lineStyle": {"width": 2, "type": [5, 5]}, "symbolSize": 5}
    series = [
        {**_line(NUMPY, NUMPY, _COLOURS[NUMPY]), **broad},
        {**_line(TORCH, TORCH, _COLOURS[TORCH]), **dashed},
    ]
    return _option([curves], series, {"type": "value", "name": tr_plain("loss"), "min": 0}, "%.6f")


def difference_chart(
    curves: StepCurves, precision: Precision, other: tuple[Precision, StepCurves] | None = None
) -> dict[str, Any]:
    """An ECharts option on a logarithmic axis, with the spacing of the precision's numbers near 1 as a line.

    other: the curves by kind that another precision has reached, for comparison.
    """
    shown, series = [curves], []
    for number, column in enumerate(curves.lines):
        colour = _COLOURS.get(column, _SPARE[number % len(_SPARE)])
        series.append(_log_line(_title(column), column, colour))
    if other:
        shown.append(StepCurves(other[1].step, {_OTHER: _highest(other[1])}))
        line = _log_line(tr_plain("all, in {precision}", precision=other[0]), _OTHER, NEUTRAL, 1)
        series.append({**line, "lineStyle": {"width": 1.5, "type": "dotted"}})
    grain = float(np.finfo(precision).eps)
    if series:
        series[0]["markLine"] = _mark(grain, tr_plain("numbers near 1 are {grain:.1e} apart", grain=grain))
    values = [line for part in shown for line in part.lines.values()]
    option = _option(shown, series, log_axis(tr_plain("largest difference"), [*values, np.array([grain])]), "%.1e")
    for source, part in zip(option["dataset"], shown, strict=True):
        source["source"] = with_exponents(source["source"], list(part.lines))
    return option


def log_axis(name: str, values: Sequence[Curve]) -> dict[str, Any]:
    """An axis for exponents of 10 that reaches over all values.

    The logarithmic axis of ECharts would write its labels out, such as 0.000000000000001.
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


def _line(name: str, column: str, colour: str, dataset: int = 0) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "datasetIndex": dataset,
        "encode": {"x": "step", "y": column, "tooltip": [column]},
        "color": colour,
        "lineStyle": {"width": 2},
        "symbol": "circle",
    }


def _log_line(name: str, column: str, colour: str, dataset: int = 0) -> dict[str, Any]:
    encoding = {"x": "step", "y": f"log {column}", "tooltip": [column]}
    return {**_line(name, column, colour, dataset), "encode": encoding}


def _title(column: str) -> str:
    """The name of a line: a kind of tensor in words, or a tensor's own name."""
    return tr_plain(KIND_TITLES[column]) if column in KIND_TITLES else column


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
            "name": tr_plain("step"),
            "nameLocation": "middle",
            "nameGap": 24,
            # On an axis of exponents 0 is a value like any other.
            "axisLine": {"onZero": False},
            "min": 0,
            "max": axis_end(last),
            "splitLine": {"show": False},
        },
        "yAxis": y_axis,
        # A line of one point is none.
        "series": [line | {"showSymbol": len(frames[line["datasetIndex"]]) == 1} for line in series],
    }


def axis_end(n_steps: int) -> int:
    """The first of 100, 200, 500, 1000, … that is not below the number of steps."""
    end = 100
    for factor in (2, 2.5, 2) * 3:
        if n_steps <= end:
            break
        end = int(end * factor)
    return end
