"""An ECharts option on the page, larger while presenting."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components.charts.large import enlarge_option
from pages.components.charts.saving import with_saving
from pages.components.shell.presenter import ENLARGED, is_presenting


def draw_echarts(option: dict[str, Any], key: str, height: int, alt: str) -> None:
    """Draw the chart. height: in pixels. alt: what a screen reader says."""
    drawn = enlarge_option(option, ENLARGED) if is_presenting() else option
    st.echarts_chart(with_saving(drawn, key), key=key, height=shown_height(height), alt=alt)


def shown_height(height: int) -> int:
    """The height of a chart as it is drawn, in pixels."""
    return round(ENLARGED * height) if is_presenting() else height
