"""The gradient check's charts: the error over ε, and the gradients of all weights into one unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.charts.palette import CHOSEN, RUNS
from core.charts.twins import NEUTRAL, log_axis, with_exponents
from core.twins.gradient_check import GradientCheck

_AMBER = RUNS[1]
_ERROR, _SWITCHED, _ROUNDING, _CHOSEN = "relative error", "a ReLU switched", "expected from rounding", "your ε"
_PICTURE_WIDTH = 28
_GRID_WIDTH = 16

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class ErrorCurve:
    """Relative error over ε, from small to large; NaN where it is 0, which a logarithmic axis cannot show.

    smooth, switched: the errors of trials in which no ReLU switched, and in which one did. rounding: what
    rounding alone can make. chosen: ε and error of the reader's trial.
    """

    epsilon: Curve
    smooth: Curve
    switched: Curve
    rounding: Curve
    chosen: tuple[float, float]


def error_data(check: GradientCheck) -> ErrorCurve:
    """The V: curvature makes the error for a large ε, rounding for a small one."""
    trials = sorted(check.curve, key=lambda trial: trial.epsilon)
    errors = np.array([trial.error or np.nan for trial in trials])
    switched = np.array([trial.switched > 0 for trial in trials])
    return ErrorCurve(
        np.array([trial.epsilon for trial in trials]),
        np.where(switched, np.nan, errors),
        np.where(switched, errors, np.nan),
        np.array([trial.rounding or np.nan for trial in trials]),
        (check.trial.epsilon, check.trial.error or np.nan),
    )


def error_chart(curve: ErrorCurve) -> dict[str, Any]:
    """An ECharts option, both axes logarithmic."""
    # What is wrong by more than 100 % is just wrong.
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
        "yAxis": {**log_axis(_ERROR, [errors, np.array([1.0])]), "axisLine": {"onZero": False}},
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
        "name": column,
        "datasetIndex": dataset,
        "encode": {"x": "log ε", "y": f"log {column}", "tooltip": [column]},
        "color": colour,
    }


@dataclass(frozen=True)
class UnitPicture:
    """The weights into one unit as a picture, 28×28 for pixels and rows of 16 otherwise.

    column, row: of each input's cell. gradients, weights: of each input. chosen: the number of one input, or None.
    """

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    gradients: Curve
    weights: Curve
    chosen: int | None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.row.max()) + 1, int(self.column.max()) + 1


def unit_data(check: GradientCheck) -> UnitPicture:
    """Lay out the inputs in reading order."""
    count = len(check.unit_weights)
    width = _PICTURE_WIDTH if check.place.layer == 1 else min(_GRID_WIDTH, count)
    row, column = np.divmod(np.arange(count), width)
    return UnitPicture(column, row, check.unit_gradients, check.unit_weights, check.place.column)


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
    # Where all gradients are 0 any range will do, as long as it is one.
    reach = float(np.abs(picture.gradients).max()) or 1.0
    axis = {"type": "category", "show": False}
    return {
        "animation": False,
        "dataset": [{"source": frame}, {"source": frame.iloc[[] if picture.chosen is None else [picture.chosen]]}],
        "grid": {"left": 1, "right": 1, "top": 1, "bottom": 1},
        "tooltip": {"formatter": "input {@input}<br>gradient {@gradient text}<br>weight {@weight text}"},
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
                "symbolSize": 11 if columns == _PICTURE_WIDTH else 18,
                "itemStyle": {"color": "transparent", "borderColor": "#ef4444", "borderWidth": 2.5},
            },
        ],
    }
