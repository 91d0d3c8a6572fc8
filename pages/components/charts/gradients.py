"""The gradient check's charts, drawn: the error over ε, and the gradients of all weights into one unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.charts.gradients import PICTURE_WIDTH, ErrorCurve, UnitPicture
from models.texts import mark
from pages.components.charts.palette import CHOSEN, RUNS
from pages.components.charts.twins import NEUTRAL, log_axis, with_exponents
from pages.components.shell.texts import tr_html, tr_plain

_AMBER = RUNS[1]
# Columns of the charts' tables, and what they are called.
_ERROR = "error"
_SWITCHED = "switched"
_ROUNDING = "rounding"
_CHOSEN = "chosen"
_TITLES = {
    _ERROR: mark("relative error"),
    _SWITCHED: mark("a ReLU switched"),
    _ROUNDING: mark("expected from rounding"),
    _CHOSEN: mark("your ε"),
}


def error_chart(curve: ErrorCurve) -> dict[str, Any]:
    """An ECharts option, both axes logarithmic."""
    # Errors of more than 100 % are all shown as 100 %.
    smooth, switched = np.minimum(curve.smooth, 1), np.minimum(curve.switched, 1)
    frame = pd.DataFrame(
        {
            "ε": curve.epsilon,
            _ERROR: np.fmin(smooth, switched),
            _SWITCHED: switched,
            _ROUNDING: np.where(curve.rounding <= 1, curve.rounding, np.nan),
        }
    )
    chosen = pd.DataFrame({"ε": [curve.chosen[0]], _CHOSEN: [min(curve.chosen[1], 1)]})
    errors = frame[_ERROR].to_numpy()
    return {
        "animation": False,
        "dataset": [
            {"source": with_exponents(frame, list(frame.columns))},
            {"source": with_exponents(chosen, list(chosen.columns))},
        ],
        "grid": {"left": 52, "right": 16, "top": 34, "bottom": 66, "outerBoundsMode": "none"},
        "legend": {"bottom": 0, "type": "scroll", "itemWidth": 14, "itemHeight": 8},
        "tooltip": {"trigger": "axis", "valueFormatter": "%.1e"},
        "xAxis": {
            **log_axis("ε", [curve.epsilon]),
            "nameLocation": "middle",
            "nameGap": 24,
            "axisLine": {"onZero": False},
            "splitLine": {"show": False},
        },
        "yAxis": {**log_axis(tr_plain(_TITLES[_ERROR]), [errors, np.array([1.0])]), "axisLine": {"onZero": False}},
        "series": [
            {**_series("line", _ERROR, CHOSEN), "symbol": "circle", "symbolSize": 6, "lineStyle": {"width": 2}},
            {
                **_series("line", _ROUNDING, NEUTRAL),
                "showSymbol": False,
                "lineStyle": {"width": 1.5, "type": "dashed"},
            },
            {**_series("scatter", _SWITCHED, _AMBER), "symbolSize": 10, "z": 3},
            {
                **_series("scatter", _CHOSEN, CHOSEN, 1),
                "symbolSize": 18,
                "itemStyle": {"color": "transparent", "borderColor": CHOSEN, "borderWidth": 3},
                "z": 4,
            },
        ],
    }


def _series(kind: str, column: str, colour: str, dataset: int = 0) -> dict[str, Any]:
    return {
        "type": kind,
        "name": tr_plain(_TITLES[column]),
        "datasetIndex": dataset,
        "encode": {"x": "log ε", "y": f"log {column}", "tooltip": [column]},
        "color": colour,
    }


def _tooltip() -> str:
    """ECharts fills the fields that begin with @."""
    names = (tr_html("input"), tr_html("gradient"), tr_html("weight"))
    fields = ("{@input}", "{@gradient text}", "{@weight text}")
    return "<br>".join(f"{name} {field}" for name, field in zip(names, fields, strict=True))


def unit_chart(picture: UnitPicture) -> dict[str, Any]:
    """An ECharts option. A click on a cell selects the index of its input."""
    frame = pd.DataFrame(
        {
            "column": picture.column.astype(str),
            "row": picture.row.astype(str),
            "gradient": picture.gradients,
            "gradient text": [f"{gradient:.2e}" for gradient in picture.gradients],
            "weight text": [f"{weight:.3g}" for weight in picture.weights],
            "input": np.arange(len(picture.weights)),
        }
    )
    rows, columns = picture.shape
    # Where all gradients are 0, any range above 0 will do.
    reach = float(np.abs(picture.gradients).max()) or 1.0
    axis = {"type": "category", "show": False}
    return {
        "animation": False,
        "dataset": [{"source": frame}, {"source": frame.iloc[[] if picture.chosen is None else [picture.chosen]]}],
        "grid": {"left": 1, "right": 1, "top": 1, "bottom": 1},
        "tooltip": {"formatter": _tooltip()},
        "xAxis": {**axis, "data": [str(number) for number in range(columns)]},
        "yAxis": {**axis, "data": [str(number) for number in range(rows)], "inverse": True},
        "visualMap": {
            "show": False,
            "min": -reach,
            "max": reach,
            "dimension": "gradient",
            "seriesIndex": 0,
            "inRange": {"color": [_AMBER, "rgba(128,128,128,0.12)", CHOSEN]},
        },
        "series": [
            {
                "type": "heatmap",
                "encode": {"x": "column", "y": "row", "value": "gradient"},
                "selectedMode": "single",
                "cursor": "pointer",
                "emphasis": {"itemStyle": {"borderColor": NEUTRAL, "borderWidth": 1}},
                "select": {"itemStyle": {"borderWidth": 0}},
            },
            {
                "type": "scatter",
                "datasetIndex": 1,
                "encode": {"x": "column", "y": "row"},
                "silent": True,
                "symbol": "rect",
                "symbolSize": 11 if columns == PICTURE_WIDTH else 18,
                "itemStyle": {"color": "transparent", "borderColor": "#ef4444", "borderWidth": 2.5},
            },
        ],
    }
