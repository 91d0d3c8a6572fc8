"""A Plotly chart on the page: it is larger while presenting, and a button saves it."""

from __future__ import annotations

import streamlit as st

from pages.components.charts.graph_objects import go
from pages.components.charts.large import enlarge_figure
from pages.components.charts.saving import saving_config
from pages.components.shell.presenter import enlargement


def draw_figure(figure: go.Figure, key: str, alt: str) -> None:
    """Draw the chart. key: also the name of its file. alt: what a screen reader says."""
    enlarge_figure(figure, enlargement())
    st.plotly_chart(figure, key=f"{key}_chart", config=saving_config(key), alt=alt)
