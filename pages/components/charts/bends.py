"""A small network as a function of one number, drawn."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.charts.bends import Bends
from pages.components.charts.palette import RUNS
from pages.components.shell.texts import tr_plain


def bends_chart(data: Bends) -> dict[str, Any]:
    """An ECharts option."""
    frame = pd.DataFrame({"x": data.x, "without": data.linear, "with": data.relu}).round(4)
    return {
        "animation": False,
        "dataset": [{"source": frame}],
        "grid": {"left": 44, "right": 16, "top": 12, "bottom": 60},
        "legend": {"bottom": 0, "icon": "roundRect", "itemWidth": 14, "itemHeight": 4},
        "tooltip": {"trigger": "axis", "valueFormatter": "%.2f"},
        "xAxis": {
            "type": "value",
            "name": tr_plain("input"),
            "nameLocation": "middle",
            "nameGap": 24,
            "min": -4,
            "max": 4,
        },
        "yAxis": {"type": "value", "name": "", "scale": True},
        "series": [
            _line(tr_plain("linear layers alone"), "without", RUNS[1]),
            _line(tr_plain("with ReLU between them"), "with", RUNS[0]),
        ],
    }


def _line(name: str, column: str, colour: str) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "encode": {"x": "x", "y": column, "tooltip": [column]},
        "color": colour,
        "lineStyle": {"width": 2.5},
        "showSymbol": False,
    }
