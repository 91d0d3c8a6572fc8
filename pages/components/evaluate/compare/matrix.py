"""The difference of both confusion matrices; a click on a cell chooses its images."""

from __future__ import annotations

import streamlit as st

from core.charts.confusion_difference import confusion_difference_data
from core.evaluation.two_runs import TwoRuns
from pages.components.charts.cell_chart import Cell, show_cell_chart
from pages.components.charts.confusion_difference import ENDS, confusion_difference_chart
from pages.components.pictures.sprites import scale_html
from pages.components.shell.texts import tr, tr_plain

_KEY = "difference"
# At most as high as what a low window has left below the controls above it, which take 22rem.
_SIZE = f"""
<style>
.st-key-{_KEY} {{ aspect-ratio: 1 / 1.02; max-width: clamp(20rem, 100vh - 22rem, 35rem); }}
</style>
"""


def chosen_cell(dataset: str) -> Cell | None:
    """The chosen cell: true and predicted class."""
    cell: Cell | None = st.session_state.get(_cell_key(dataset))
    return cell


def choose_cell(dataset: str, cell: Cell | None) -> None:
    """Choose a cell, or none; to be called from a widget's callback."""
    st.session_state[_cell_key(dataset)] = cell


def show_difference(two: TwoRuns, dataset: str, class_names: tuple[str, ...]) -> None:
    """Draw the difference with the legend of its colours."""
    data = confusion_difference_data(*two.confusions(len(class_names)), class_names)
    st.html(_SIZE)
    show_cell_chart(
        confusion_difference_chart(data),
        _KEY,
        len(class_names),
        chosen_cell(dataset),
        lambda cell: choose_cell(dataset, cell),
        alt=tr_plain(
            "Difference of two confusion matrices: how many more test images the second network has in each cell"
        ),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(tr("Images of B minus images of A"), width="content")
        st.html(scale_html(data.largest, ENDS), width="content")


def _cell_key(dataset: str) -> str:
    return f"difference_cell_{dataset}"
