"""The buttons by which the reader judges a label."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from core.data.datasets import Split
from core.labels.verdicts import Judgement, Verdict
from models.texts import mark
from pages.components.evaluate.labels.kept import change_my_verdicts
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

# The answer to "Is it right?", its key and its icon, by the judgement.
_ANSWERS: dict[Judgement, tuple[str, str, str]] = {
    "right": (mark("Yes"), "Y", ":material/check:"),
    "wrong": (mark("No"), "N", ":material/close:"),
    "unsure": (mark("Cannot tell"), "T", ":material/question_mark:"),
}


def offer_answers(dataset: str, split: Split, index: int, label: int) -> None:
    """Draw a button for each judgement of the label of the image `index` of a split."""

    def judge(judgement: Judgement) -> None:
        verdict = Verdict(index, label, judgement, datetime.now(UTC).isoformat(timespec="seconds"))
        change_my_verdicts(dataset, split, lambda verdicts: verdicts.judge(verdict))

    for judgement, (title, key, icon) in _ANSWERS.items():
        st.button(
            tr(title), key=f"label_{judgement}", shortcut=key, icon=icon, on_click=callback(judge), args=(judgement,)
        )


def offer_undo(dataset: str, split: Split, index: int) -> None:
    """Draw the button that takes back the verdict on the image `index` of a split."""

    def undo() -> None:
        change_my_verdicts(dataset, split, lambda verdicts: verdicts.without(index))

    st.button(
        tr("Undo"), key="label_undo", shortcut="Z", icon=":material/undo:", type="tertiary", on_click=callback(undo)
    )
