"""Where a training step's time goes, drawn: its parts end to end, above its products alone."""

from __future__ import annotations

from typing import Any

from core.charts.time_spent import TimeSpent
from pages.components.charts.palette import RUNS
from pages.components.shell.texts import tr_plain

# Pixels: two bars, an axis and a legend.
TIME_SPENT_HEIGHT = 190
_GREY = "#94a3b8"


def time_spent_chart(spent: TimeSpent) -> dict[str, Any]:
    """An ECharts option."""
    bars = [tr_plain("products alone"), tr_plain("this step")]
    parts = [
        _bar(tr_plain(title), [None, ms], colour)
        for title, ms, colour in zip(spent.titles, spent.ms, RUNS[: len(spent.ms)], strict=True)
    ]
    return {
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 8, "bottom": 64, "containLabel": True},
        "legend": {"bottom": 0, "type": "scroll", "itemWidth": 14, "itemHeight": 8},
        "tooltip": {"trigger": "item", "valueFormatter": "%.3f ms"},
        "xAxis": {"type": "value", "name": "ms", "nameLocation": "end", "nameGap": 8, "min": 0},
        "yAxis": {"type": "category", "data": bars},
        "series": [*parts, _bar(tr_plain("Products alone"), [spent.floor_ms, None], _GREY)],
    }


def _bar(name: str, values: list[float | None], colour: str) -> dict[str, Any]:
    return {"type": "bar", "stack": "time", "name": name, "data": values, "color": colour, "barWidth": 22}
