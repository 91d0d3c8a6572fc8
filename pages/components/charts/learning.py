"""Learning curves, drawn: for one run or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.charts.learning import AccuracyCurve, LossCurve, Span
from models.texts import mark
from pages.components.charts.palette import RUNS, TEST, TRAIN, VALIDATION
from pages.components.shell.texts import tr_plain

# Height in pixels of a chart of one run.
_HEIGHT = 320
# Height in pixels of a row of the legend.
_ROW_HEIGHT = 18
# Width in pixels of the longest name in the legend that fits a phone.
_NAME_WIDTH = 300

_SPLITS = {"validation": (mark("validation"), VALIDATION), "test": (mark("test"), TEST)}


def chart_height(n_runs: int) -> int:
    """Height in pixels of a chart of `n_runs` runs. It grows with the legend, so the curves keep their height."""
    return _HEIGHT + (n_runs - 1) * _ROW_HEIGHT


def loss_chart(curves: Sequence[LossCurve], shown: Span) -> dict[str, Any]:
    """An ECharts option. One run shows its single steps behind the smoothed curve, several runs the smoothed ones."""
    datasets = [pd.DataFrame({"epoch": c.epoch, "loss": c.loss, "smoothed": c.smooth}).round(5) for c in curves]
    series: list[dict[str, Any]] = []
    if len(curves) == 1:
        series.append(_line(tr_plain("single step"), "loss", 0, TRAIN, width=1, opacity=0.3))
        series.append(_line(tr_plain("smoothed"), "smoothed", 0, TRAIN))
    else:
        series += [_line(c.name, "smoothed", number, _run_colour(number)) for number, c in enumerate(curves)]
    return _option(datasets, series, shown, {"type": "value", "name": tr_plain("loss"), "min": 0}, len(curves))


def accuracy_chart(curves: Sequence[AccuracyCurve], shown: Span) -> dict[str, Any]:
    """An ECharts option. One run shows every split it measured, several runs validation, or else training."""
    datasets: list[pd.DataFrame] = []
    series: list[dict[str, Any]] = []
    for number, curve in enumerate(curves):
        datasets += [
            pd.DataFrame({"epoch": curve.step_epoch, "train": curve.train}).round(5),
            pd.DataFrame({"epoch": curve.epoch, "validation": curve.val, "test": curve.test}).round(5),
        ]
        measured = [split for split in _SPLITS if datasets[-1][split].notna().any()]
        if len(curves) == 1:
            series.append(_line(tr_plain("train (running)"), "train", 0, TRAIN))
            for split in measured:
                name, colour = _SPLITS[split]
                series.append(_line(tr_plain(name), split, 1, colour, symbols=True))
        elif "validation" in measured:
            series.append(_line(curve.name, "validation", 2 * number + 1, _run_colour(number), symbols=True))
        else:
            series.append(_line(curve.name, "train", 2 * number, _run_colour(number)))
    axis = {"type": "value", "name": tr_plain("accuracy"), "max": 1, "scale": True}
    return _option(datasets, series, shown, axis, len(curves))


def _legend(n_runs: int) -> dict[str, Any]:
    legend: dict[str, Any] = {"bottom": 0, "icon": "roundRect", "itemWidth": 14, "itemHeight": 4, "itemGap": 6}
    if n_runs > 1:
        # Names are long, so each has a row. The tooltip shows a name in full that is cut short.
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
        # The legend takes its symbol's opacity from here.
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
        # The zoom is set from outside, since each redraw would undo a zoom made by hand.
        "dataZoom": [{"type": "inside", "disabled": True, "startValue": shown[0], "endValue": shown[1]}],
        "xAxis": {
            "type": "value",
            "name": tr_plain("epoch"),
            "nameLocation": "middle",
            "nameGap": 24,
            "min": shown[0],
            "max": shown[1],
            "splitLine": {"show": False},
        },
        "yAxis": y_axis,
        "series": series,
    }
