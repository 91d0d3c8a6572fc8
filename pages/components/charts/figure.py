"""A Plotly chart on the page: its texts can be read, it is larger while presenting, and a button saves it."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from pages.components.charts.large import enlarge_figure
from pages.components.charts.saving import saving_config
from pages.components.shell.presenter import ENLARGED, is_presenting

# For the chart in the container `key`: Plotly's own grey is too faint.
READABLE_AXES = """
.st-key-%(key)s :is(.xtick text, .ytick text, .xtitle, .ytitle) {
  fill: color-mix(in srgb, currentColor 75%%, transparent) !important; }
"""


def draw_figure(figure: go.Figure, key: str, alt: str) -> None:
    """Draw the chart in a container called `key`, which is also the name of its file. alt: for screen readers."""
    if is_presenting():
        enlarge_figure(figure, ENLARGED)
    st.html(f"<style>{READABLE_AXES % {'key': key}}</style>")
    with st.container(key=key):
        st.plotly_chart(figure, key=f"{key}_chart", config=saving_config(key), alt=alt)
