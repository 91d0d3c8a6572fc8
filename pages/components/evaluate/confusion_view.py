"""The confusion matrix with the choice of a cell, by a click or by two boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.confusion import TITLES, confusion_data
from pages.components.charts.cell_chart import Cell, show_cell_chart
from pages.components.charts.confusion import confusion_chart
from pages.components.shell.texts import tr

_SIZE = "<style>.st-key-confusion { aspect-ratio: 1 / 1.02; max-width: 35rem; }</style>"


@dataclass(frozen=True)
class Choice:
    """True and predicted class to look at; None stands for any."""

    true: int | None = None
    predicted: int | None = None


class CellChoice:
    """Where the choice of a cell is kept: in the two boxes of this data set."""

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
        return None if chosen.true is None or chosen.predicted is None else (chosen.true, chosen.predicted)

    def set(self, true: int | None = None, predicted: int | None = None) -> None:
        """Choose; to be called from a widget's callback."""
        st.session_state[self.true_key], st.session_state[self.predicted_key] = true, predicted

    def draw_boxes(self, class_names: tuple[str, ...]) -> None:
        """The boxes for both classes, for keyboards."""
        for label, key in (("True", self.true_key), ("Predicted", self.predicted_key)):
            st.selectbox(
                label,
                range(len(class_names)),
                index=None,
                format_func=class_names.__getitem__,
                placeholder="Any",
                key=key,
                persist_state="session",
            )


def show_confusion(counts: NDArray[np.int64], class_names: tuple[str, ...], choice: CellChoice) -> None:
    """Draw the matrix of counts (C, C) and its controls. A click sets `choice`."""
    with st.container(horizontal=True, vertical_alignment="center"):
        normalize = st.segmented_control(
            "Show",
            list(TITLES),
            format_func=lambda name: tr(TITLES[name]),
            default="none",
            required=True,
            key="confusion_normalize",
            label_visibility="collapsed",
            persist_state="session",
        )
        hide = st.toggle("Hide diagonal", key="confusion_hide_diagonal", persist_state="session")
    st.html(_SIZE)
    show_cell_chart(
        confusion_chart(confusion_data(counts, class_names, normalize, hide)),
        "confusion",
        len(class_names),
        choice.cell,
        lambda cell: choice.set(*(cell or (None, None))),
        alt="Confusion matrix: how many test images of each true class were given each predicted class",
    )
