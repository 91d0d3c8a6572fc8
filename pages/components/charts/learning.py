"""Learning curves, drawn: for one run or several."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from core.charts.accuracy_axis import find_floor
from core.charts.comparison import Comparison, compare_accuracies, compare_losses, read_accuracies
from core.charts.learning import AccuracyCurve, Curve, LossCurve, LrMark, Measure, Span, tick_step
from models.texts import mark
from pages.components.charts.palette import RUNS, TEST, TRAIN, VALIDATION
from pages.components.shell.texts import tr_plain

# Height in pixels of a chart of one run.
_HEIGHT = 320
# Width in pixels of the labels at the vertical axis.
_LEFT = 52
# Height in pixels of a row of the legend.
_ROW_HEIGHT = 18
# Width in pixels of the longest name in the legend that fits a phone.
_NAME_WIDTH = 300

# By the table's columns.
_SPLITS = {"val": (mark("validation"), VALIDATION), "test": (mark("test"), TEST)}
# What the axis says of several runs.
_MEASURES: dict[Measure, str] = {
    "validation": mark("validation accuracy"),
    "test": mark("test accuracy"),
    "train": mark("training accuracy (running)"),
}
# Dashes and gaps in pixels of a line that covers one or two others, which show in its gaps.
_GAPS = ([10, 10], [4, 12])
# Of a change of one run's learning rate.
_MARK = "#94a3b8"
# Where its label is off the curves: a loss falls, an accuracy rises.
_ABOVE, _BELOW = "insideEndBottom", "insideStartBottom"

Marks = Sequence[LrMark]


def chart_height(n_runs: int) -> int:
    """Height in pixels of a chart of `n_runs` runs. It grows with the legend, so the curves keep their height."""
    return _HEIGHT + (n_runs - 1) * _ROW_HEIGHT


def loss_chart(curves: Sequence[LossCurve], marks: Sequence[Marks], shown: Span) -> dict[str, Any]:
    """An ECharts option. One run shows its single steps behind the smoothed curve, several runs the smoothed ones.

    marks: of each run.
    """
    if len(curves) > 1:
        axis = {"name": tr_plain("training loss"), "min": 0}
        return _comparison_chart(compare_losses(curves), marks, _ABOVE, shown, axis)
    [curve] = curves
    table = {"epoch": curve.epoch, "loss": curve.loss, "smoothed": curve.smooth}
    series = [
        _line(tr_plain("single step"), "loss", TRAIN, width=1, opacity=0.3),
        _line(tr_plain("smoothed"), "smoothed", TRAIN) | _mark_lines(marks[0], _ABOVE),
    ]
    return _option(table, series, shown, {"name": tr_plain("loss"), "min": 0}, 1)


def accuracy_chart(curves: Sequence[AccuracyCurve], marks: Sequence[Marks], shown: Span) -> dict[str, Any]:
    """An ECharts option, in per cent. One run shows every split it measured, several runs the same one.

    marks: of each run.
    """
    if len(curves) > 1:
        compared = compare_accuracies(curves)
        name = tr_plain(_MEASURES[compared.measure])
        axis = _percent_axis(name, compared.epoch, [line.values for line in compared.lines], shown)
        return _comparison_chart(compared, marks, _BELOW, shown, axis, in_percent=True)
    found = read_accuracies(curves[0])
    series = [_line(tr_plain("train (running)"), "train", TRAIN) | _mark_lines(marks[0], _BELOW)]
    for column, (name, colour) in _SPLITS.items():
        if np.isfinite(getattr(found, column)).any():
            series.append(_line(tr_plain(name), column, colour, read=f"last_{column}", symbols=True))
    axis = _percent_axis(tr_plain("accuracy"), found.epoch, [found.train, found.val, found.test], shown)
    return _option(vars(found), series, shown, axis, 1, in_percent=True)


def _percent_axis(name: str, epoch: Curve, lines: Sequence[Curve], shown: Span) -> dict[str, Any]:
    floor = 100 * find_floor(epoch, lines, shown)
    return {"name": name, "min": floor, "max": 100, "axisLabel": {"formatter": "{value}%"}}


def _comparison_chart(
    compared: Comparison,
    marks: Sequence[Marks],
    place: str,
    shown: Span,
    y_axis: dict[str, Any],
    in_percent: bool = False,
) -> dict[str, Any]:
    # Not by their names, of which two runs may have the same.
    columns = {f"run {number}": line.values for number, line in enumerate(compared.lines)}
    series = []
    for number, line in enumerate(compared.lines):
        drawn = _line(line.name, f"run {number}", _run_colour(number), symbols=compared.measure != "train")
        if line.covers:
            drawn["lineStyle"]["type"] = _GAPS[min(line.covers, len(_GAPS)) - 1]
        series.append(drawn | _mark_lines(marks[number], place, _run_colour(number)))
    return _option({"epoch": compared.epoch, **columns}, series, shown, y_axis, len(series), in_percent)


def _mark_lines(marks: Marks, place: str, colour: str = _MARK) -> dict[str, Any]:
    """Upright lines where the learning rate was changed by hand, with the new one. place: of their labels."""
    if not marks:
        return {}
    lines = [{"xAxis": mark.epoch, "label": {"formatter": tr_plain("rate {lr:g}", lr=mark.lr)}} for mark in marks]
    look = {"position": place, "color": colour, "fontSize": 12}
    return {
        "markLine": {
            "symbol": "none",
            "silent": True,
            "data": lines,
            "label": look,
            "lineStyle": {"color": colour, "type": "dashed", "width": 1},
        }
    }


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
    name: str,
    column: str,
    colour: str,
    read: str = "",
    width: int = 2,
    opacity: float = 1.0,
    symbols: bool = False,
) -> dict[str, Any]:
    """A column of the table as a line. read: the column that the crosshair reads, if another one."""
    return {
        "type": "line",
        "name": name,
        "encode": {"x": "epoch", "y": column, "tooltip": [read or column]},
        "color": colour,
        "lineStyle": {"width": width, "opacity": opacity},
        # The legend takes its symbol's opacity from here.
        "itemStyle": {"opacity": opacity},
        "showSymbol": symbols,
        "symbolSize": 6,
        # Other lines have points between this one's.
        "connectNulls": True,
    }


def _option(
    columns: Mapping[str, Curve],
    series: list[dict[str, Any]],
    shown: Span,
    y_axis: dict[str, Any],
    n_runs: int,
    in_percent: bool = False,
) -> dict[str, Any]:
    """in_percent: the columns beside "epoch" are shares, to be shown as per cent."""
    if in_percent:
        columns = {name: values if name == "epoch" else 100 * values for name, values in columns.items()}
    return {
        # Redrawing in place without animation keeps a growing chart calm.
        "animation": False,
        "dataset": [{"source": arrow_table(columns)}],
        "grid": {
            "left": _LEFT,
            "right": 16,
            "top": 34,
            "bottom": 48 + n_runs * _ROW_HEIGHT,
            "outerBoundsMode": "none",
        },
        "legend": _legend(n_runs),
        # The crosshair reads every line: all have the same places.
        "tooltip": {"trigger": "axis", "valueFormatter": "%.2f%%" if in_percent else "%.4f"},
        # The zoom is set from outside, since each redraw would undo a zoom made by hand.
        "dataZoom": [{"type": "inside", "disabled": True, "startValue": shown[0], "endValue": shown[1]}],
        "xAxis": epoch_axis(shown),
        # Its name begins at the chart's edge: in the axis' middle, as usual, a long one would be cut off.
        "yAxis": {"type": "value", "nameTextStyle": {"align": "left", "padding": [0, 0, 0, -_LEFT]}, **y_axis},
        "series": series,
    }


def arrow_table(columns: Mapping[str, Curve]) -> pa.Table:
    """The columns as they are sent, NaN as empty. As a table of pandas they would take the server 30 times as long.

    columns: by their names, all of one length.
    """
    return pa.table({name: pa.array(values.round(5), from_pandas=True) for name, values in columns.items()})


def epoch_axis(shown: Span) -> dict[str, Any]:
    """The horizontal axis of a chart that shows these epochs."""
    step = tick_step(shown)
    # An end that is no multiple of the step would have its label beside or on the last one's.
    first, last = (math.isclose(end / step, round(end / step), abs_tol=1e-6) for end in shown)
    return {
        "type": "value",
        "name": tr_plain("epoch"),
        "nameLocation": "middle",
        "nameGap": 24,
        "min": shown[0],
        "max": shown[1],
        "interval": step,
        "axisLabel": {"showMinLabel": first, "showMaxLabel": last, "hideOverlap": True},
        "splitLine": {"show": False},
    }
