"""A chart of cells on the page: clicks choose a cell, which is framed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from pages.components.charts.graph_objects import go
from pages.components.charts.large import enlarge_figure
from pages.components.charts.margins import fit_margins
from pages.components.charts.saving import saving_config
from pages.components.shell.errors import callback
from pages.components.shell.presenter import enlargement

Cell = tuple[int, int]

_STYLE = """
<style>
.st-key-%(key)s .nsewdrag { cursor: pointer; }
.st-key-%(key)s .textpoint text { fill: currentColor !important; fill-opacity: 1 !important; }
.st-key-%(key)s .points path.point { opacity: 0 !important; }
/* Below the cells, where it hides none. */
.st-key-%(key)s .modebar-container { top: auto !important; bottom: 0 !important; height: auto !important; }
.st-key-%(key)s .modebar { position: static !important; float: right; }
%(frame)s
</style>
"""
# The frame is a style, not a part of the chart: any change to a Plotly chart makes the browser build it anew.
_FRAME = ".st-key-%(key)s .shape-group:nth-of-type(%(place)d) path { opacity: 1 !important; }"


def show_cell_chart(
    chart: go.Figure,
    key: str,
    n_columns: int,
    chosen: Cell | None,
    choose: Callable[[Cell | None], object],
    alt: str,
    height: int | Literal["stretch"] = "stretch",
) -> None:
    """Draw a chart made by `cells.cell_chart` in a container called `key`, with a frame around `chosen`.

    A click calls `choose` with the cell (row, column), a second click on a chosen cell with None.
    height: in pixels, or as high as the container.
    """
    frame = _FRAME % {"key": key, "place": chosen[0] * n_columns + chosen[1] + 1} if chosen else ""
    st.html(_STYLE % {"key": key, "frame": frame})
    enlarge_figure(chart, enlargement())
    fit_margins(chart)
    with st.container(key=key):
        st.plotly_chart(
            chart,
            key=f"{key}_chart",
            height=height,
            on_select=callback(lambda: _take_click(key, chosen, choose)),
            selection_mode="points",
            config=saving_config(key),
            alt=alt,
        )


def _take_click(key: str, chosen: Cell | None, choose: Callable[[Cell | None], object]) -> None:
    points = st.session_state[f"{key}_chart"].selection.points
    clicked_key = f"{key}_clicked"
    if points:
        st.session_state[clicked_key] = (int(points[0]["y"]), int(points[0]["x"]))
    # Plotly reports a second click on a cell as no selection, also when another one has been chosen elsewhere since.
    clicked = st.session_state.get(clicked_key)
    choose(None if clicked == chosen else clicked)
