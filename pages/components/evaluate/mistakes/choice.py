"""The choice of a true and a predicted class, kept in the address (`?true=4&predicted=9`)."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.components.charts.cell_chart import Cell
from pages.components.shell.address import choose_together, follow, in_address, read_place
from pages.components.shell.texts import tr, tr_plain

# The parameters in the page's address.
_TRUE, _PREDICTED = "true", "predicted"
# The classes that the choice is of.
_CLASSES = "classes_chosen_of"


@dataclass(frozen=True)
class Choice:
    """True and predicted class on show; None stands for any."""

    y_true: int | None = None
    y_pred: int | None = None


class CellChoice:
    """The choice among the classes of these names. Where the classes are others than before, it starts anew."""

    def __init__(self, class_names: tuple[str, ...]) -> None:
        self._names = class_names
        if st.session_state.get(_CLASSES, class_names) != class_names:
            self.set()
        st.session_state[_CLASSES] = class_names

    @property
    def value(self) -> Choice:
        """The choice as it stands, also before the boxes are drawn."""
        return Choice(self._read(_TRUE), self._read(_PREDICTED))

    @property
    def cell(self) -> Cell | None:
        """The chosen cell of the matrix, whose last row and column stand for any class; None without a choice."""
        y_true, y_pred, anything = self.value.y_true, self.value.y_pred, len(self._names)
        if y_true is None and y_pred is None:
            return None
        return anything if y_true is None else y_true, anything if y_pred is None else y_pred

    def set(self, y_true: int | None = None, y_pred: int | None = None) -> None:
        """Choose; to be called from a widget's callback."""
        texts = (None if which is None else str(which) for which in (y_true, y_pred))
        choose_together(dict(zip((_TRUE, _PREDICTED), texts, strict=True)))

    def set_cell(self, cell: Cell | None) -> None:
        """Choose by a cell of the matrix, as `cell` has it."""
        y_true, y_pred = cell or (None, None)
        anything = len(self._names)
        self.set(None if y_true == anything else y_true, None if y_pred == anything else y_pred)

    def draw_boxes(self) -> None:
        """The boxes for both classes, which also work by keyboard."""
        for label, name in ((tr("True"), _TRUE), (tr("Predicted"), _PREDICTED)):
            st.selectbox(
                options=range(len(self._names)),
                index=None,
                format_func=self._names.__getitem__,
                placeholder=tr_plain("Any"),
                **in_address(name, label, None, int, range(len(self._names))),
            )

    def _read(self, name: str) -> int | None:
        text = follow(name)
        # What is no class is said where the boxes are drawn.
        return None if text is None else read_place(text, len(self._names))
