"""The confusion matrix with the choice of a cell, by a click or by two boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.confusion import TITLES, confusion_data
from pages.components.charts.cell_chart import Cell, show_cell_chart
from pages.components.charts.confusion import confusion_chart
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr, tr_plain

# At most as high as what a low window has left below the controls above it, which take 22rem.
_SIZE = """
<style>
.st-key-confusion { aspect-ratio: 1 / 1.02; max-width: clamp(20rem, 100vh - 22rem, 35rem); }
</style>
"""


@dataclass(frozen=True)
class Choice:
    """True and predicted class on show; None stands for any."""

    y_true: int | None = None
    y_pred: int | None = None


class CellChoice:
    """The chosen cell, kept in the two boxes of a data set."""

    def __init__(self, dataset: str) -> None:
        self.true_key, self.predicted_key = f"true_class_{dataset}", f"predicted_class_{dataset}"

    @property
    def value(self) -> Choice:
        """The choice as it stands, also before the boxes are drawn."""
        return Choice(st.session_state.get(self.true_key), st.session_state.get(self.predicted_key))

    @property
    def cell(self) -> Cell | None:
        """The cell that is chosen; None when a class is left open."""
        chosen = self.value
        return None if chosen.y_true is None or chosen.y_pred is None else (chosen.y_true, chosen.y_pred)

    def set(self, y_true: int | None = None, y_pred: int | None = None) -> None:
        """Choose; to be called from a widget's callback."""
        st.session_state[self.true_key], st.session_state[self.predicted_key] = y_true, y_pred

    def draw_boxes(self, class_names: tuple[str, ...]) -> None:
        """The boxes for both classes, which also work by keyboard."""
        for label, key in ((tr("True"), self.true_key), (tr("Predicted"), self.predicted_key)):
            st.selectbox(
                label,
                range(len(class_names)),
                index=None,
                format_func=class_names.__getitem__,
                placeholder=tr_plain("Any"),
                key=key,
                persist_state="session",
            )


def show_confusion(counts: NDArray[np.int64], class_names: tuple[str, ...], choice: CellChoice) -> None:
    """Draw the matrix of counts (C, C) and its controls. A click sets `choice`."""
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
    st.html(_SIZE)
    show_cell_chart(
        confusion_chart(confusion_data(counts, class_names, normalize, hide)),
        "confusion",
        len(class_names),
        choice.cell,
        lambda cell: choice.set(*(cell or (None, None))),
        alt=tr_plain("Confusion matrix: the number of test images of each true class with each predicted class"),
    )
