"""The confusion matrix, in which a click chooses a cell, a true class or a predicted class."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.evaluation.confusion import TITLES, confusion_data
from core.charts.evaluation.confusion_sums import with_mistakes
from pages.components.charts.cell_chart import show_cell_chart
from pages.components.charts.evaluation.confusion import confusion_chart
from pages.components.evaluate.mistakes.choice import CellChoice
from pages.components.shell.presenter import form_key, is_presenting
from pages.components.shell.texts import tr, tr_plain

# At most as high as what a low window has left below the controls above it, which take 22rem.
_SIZE = """
<style>
.st-key-confusion { aspect-ratio: 1 / 1.02; max-width: clamp(20rem, 100vh - 22rem, 35rem); min-height: 0; }
/* Plotly's own 450 pixels are more than a phone is wide. */
.st-key-confusion_chart { flex: 1 1 0 !important; min-height: 0; }
</style>
"""
# While presenting there are fewer controls above it, in larger text.
_LARGE = _SIZE.replace("clamp(20rem, 100vh - 22rem, 35rem)", "clamp(15rem, 100vh - 15.5rem, 35rem)")
# Then the cells do not grow as much as text does. So four digits fit into one, in pixels before text is made larger.
_LARGE_TEXT = 9


def show_confusion(counts: NDArray[np.int64], class_names: tuple[str, ...], choice: CellChoice, alt: str = "") -> None:
    """Draw the matrix of counts (C, C) with the sums of mistakes, and its controls. A click sets `choice`.

    alt: what a screen reader says, where the images are no test images.
    """
    with st.container(horizontal=True, vertical_alignment="center", key=form_key("matrix")):
        normalize = st.segmented_control(
            tr("Show"),
            list(TITLES),
            format_func=lambda name: tr(TITLES[name]),
            default="none",
            required=True,
            key="confusion_normalize",
            label_visibility="collapsed",
            persist_state="session",
        )
        hide = st.toggle(tr("Hide diagonal"), key="confusion_hide_diagonal", persist_state="session")
    st.html(_LARGE if is_presenting() else _SIZE)
    data = with_mistakes(confusion_data(counts, class_names, normalize, hide), counts, normalize)
    chart = confusion_chart(data)
    if is_presenting():
        chart.update_traces(textfont_size=_LARGE_TEXT, selector={"mode": "text"})
    show_cell_chart(
        chart,
        "confusion",
        len(data.class_names),
        choice.cell,
        choice.set_cell,
        alt=alt
        or tr_plain(
            "Confusion matrix: the number of test images of each true class with each predicted class; in the last row "
            "and column the mistakes"
        ),
    )
