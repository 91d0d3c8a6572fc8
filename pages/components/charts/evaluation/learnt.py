"""In which epoch training images were learnt, drawn."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.charts.evaluation.learnt import LearntData
from pages.components.charts.palette import TRAIN
from pages.components.shell.texts import tr_plain

LEARNT_HEIGHT = 240


def learnt_chart(data: LearntData) -> dict[str, Any]:
    """An ECharts option: a bar for each epoch. Its axis is logarithmic: most images are learnt in the first ones."""
    table = pd.DataFrame({"epoch": [str(epoch + 1) for epoch in range(len(data.counts))], "images": data.counts})
    # A logarithm has no place for 0.
    table["images"] = table["images"].where(table["images"] > 0)
    return {
        "animation": False,
        "dataset": [{"source": table}],
        "grid": {"left": 56, "right": 16, "top": 34, "bottom": 44, "outerBoundsMode": "none"},
        "legend": {"show": False},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "name": tr_plain("epoch"), "nameLocation": "middle", "nameGap": 26},
        "yAxis": {"type": "log", "name": tr_plain("images"), "min": 1},
        "series": [
            {
                "type": "bar",
                "name": tr_plain("first right"),
                "encode": {"x": "epoch", "y": "images", "tooltip": ["images"]},
                "color": TRAIN,
            }
        ],
    }
