"""An ECharts option on the page, larger while presenting."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components.charts.large import enlarge_option
from pages.components.charts.saving import with_saving
from pages.components.shell.presenter import enlargement


def draw_echarts(option: dict[str, Any], key: str, height: int, alt: str) -> None:
    """Draw the chart. height: in pixels. alt: what a screen reader says."""
    # Not presenting, too: sizes that a chart leaves open would be those of the page's text when it was first drawn.
    drawn = with_saving(enlarge_option(option, enlargement()), key, enlargement())
    st.echarts_chart(drawn, key=key, height=shown_height(height), alt=alt)


def shown_height(height: int) -> int:
    """The height of a chart as it is drawn, in pixels."""
    return round(enlargement() * height)
