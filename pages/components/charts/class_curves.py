"""The learning curves of a class, drawn: the best pupils' in colour with their names, all others in grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.charts.class_curves import ClassCurve
from core.charts.learning import Curve
from pages.components.charts.learning import arrow_table, epoch_axis
from pages.components.charts.palette import RUNS
from pages.components.shell.texts import tr_plain

_GREY = "#94a3b8"
_LEADING = tuple(colour for colour in RUNS if colour != _GREY)


def class_curves_chart(curves: Sequence[ClassCurve]) -> dict[str, Any]:
    """An ECharts option of at least one curve. The mouse on a point names its pupil."""
    epochs: Curve = np.unique(np.concatenate([curve.epoch for curve in curves]))
    columns = {f"pupil {number}": _on(epochs, curve) for number, curve in enumerate(curves)}
    # The grey ones first, so that the others lie on them.
    series = [_line(curve, number) for number, curve in reversed(list(enumerate(curves)))]
    return {
        "animation": False,
        "dataset": [{"source": arrow_table({"epoch": epochs, **columns})}],
        "grid": {"left": 56, "right": 16, "top": 34, "bottom": 84, "outerBoundsMode": "none"},
        # By arrows where a phone has no room for all.
        "legend": {
            "type": "scroll",
            "bottom": 0,
            "icon": "roundRect",
            "itemWidth": 18,
            "itemHeight": 6,
            "itemGap": 16,
            "data": [curve.name for curve in curves if curve.is_leading],
            "textStyle": {"fontSize": 14},
        },
        "tooltip": {"trigger": "item", "valueFormatter": "%.4f"},
        "xAxis": epoch_axis((0.0, float(epochs[-1]))),
        "yAxis": {"type": "value", "name": tr_plain("validation accuracy"), "max": 1, "scale": True},
        "series": series,
    }


def _on(epochs: Curve, curve: ClassCurve) -> Curve:
    """The curve's accuracies (N,) on all of these epochs (N,), NaN where it has none."""
    values = np.full(len(epochs), np.nan)
    values[np.searchsorted(epochs, curve.epoch)] = curve.accuracy
    return values


def _line(curve: ClassCurve, number: int) -> dict[str, Any]:
    colour = _LEADING[number % len(_LEADING)] if curve.is_leading else _GREY
    return {
        "type": "line",
        "name": curve.name,
        "encode": {"x": "epoch", "y": f"pupil {number}", "tooltip": [f"pupil {number}"]},
        "color": colour,
        "lineStyle": {"width": 3 if curve.is_leading else 1, "opacity": 1.0 if curve.is_leading else 0.6},
        "showSymbol": True,
        "symbolSize": 6 if curve.is_leading else 4,
        "connectNulls": True,
        "emphasis": {"focus": "series"},
        "itemStyle": {"opacity": 1.0 if curve.is_leading else 0.6},
    }
