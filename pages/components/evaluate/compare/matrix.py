"""The difference of both confusion matrices; a click on a cell chooses its images."""

from __future__ import annotations

import streamlit as st

from core.charts.evaluation.confusion_difference import confusion_difference_data
from core.evaluation.two_runs import TwoRuns
from pages.components.charts.cell_chart import Cell, show_cell_chart
from pages.components.charts.evaluation.confusion_difference import ENDS, confusion_difference_chart
from pages.components.evaluate.mistakes.choice import CellChoice, Choice
from pages.components.pictures.sprites import scale_html
from pages.components.shell.texts import tr, tr_plain

_KEY = "difference"
# At most as high as what a low window has left below the controls above it, which take 22rem.
_SIZE = f"""
<style>
.st-key-{_KEY} {{ aspect-ratio: 1 / 1.02; max-width: clamp(20rem, 100vh - 22rem, 35rem); }}
</style>
"""


def show_difference(two: TwoRuns, class_names: tuple[str, ...], choice: CellChoice) -> None:
    """Draw the difference with the legend of its colours. A click sets `choice`."""
    data = confusion_difference_data(*two.confusions(len(class_names)), class_names)
    st.html(_SIZE)
    show_cell_chart(
        confusion_difference_chart(data),
        _KEY,
        len(class_names),
        _cell(choice.value),
        choice.set_cell,
        alt=tr_plain(
            "Difference of two confusion matrices: how many more test images the second network has in each cell"
        ),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(tr("Images of B minus images of A"), width="content")
        st.html(scale_html(data.largest, ENDS), width="content")


def _cell(chosen: Choice) -> Cell | None:
    """The matrix has no cell for a choice that leaves a class open."""
    return None if chosen.y_true is None or chosen.y_pred is None else (chosen.y_true, chosen.y_pred)
