"""How a chart is saved as a picture: a small button of the chart's own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components.shell.texts import tr_plain

# The background of the pages in each theme, as .streamlit/config.toml has it.
_PAPER = {"dark": "#11151d", "light": "#ffffff"}


def saving_config(name: str, *buttons: str) -> dict[str, Any]:
    """The configuration of a Plotly chart whose bar, shown under the mouse, saves `name`.svg.

    buttons: Plotly's names of what else is in the bar.
    """
    return {
        "displaylogo": False,
        "modeBarButtons": [[*buttons, "toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": name},
    }


def with_saving(option: dict[str, Any], name: str, factor: float = 1.0) -> dict[str, Any]:
    """An ECharts option with a button in the upper right corner that saves `name`.png.

    factor: how many times as large as usual the button is.
    """
    theme = str(getattr(st.context.theme, "type", None) or "light")
    save = {
        "name": name,
        "title": tr_plain("Save as PNG"),
        "pixelRatio": 2,
        "backgroundColor": _PAPER.get(theme, _PAPER["light"]),
    }
    toolbox = {
        "right": 0,
        "top": 0,
        "itemSize": round(13 * factor),
        "iconStyle": {"opacity": 0.5},
        "feature": {"saveAsImage": save},
    }
    return {**option, "toolbox": toolbox}
