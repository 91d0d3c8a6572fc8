"""The confusion matrix beside the test images it counts."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.catalog import DatasetInfo, find_dataset
from core.errors import LabError
from core.evaluation.answers import Answers, answers_from
from core.evaluation.measure import load_predictions
from core.metrics.classification import most_confused
from core.runs.record import RunRecord
from core.settings import data_root
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.evaluate.confusion_view import CellChoice, Choice, show_confusion
from pages.components.evaluate.gallery import show_gallery
from pages.components.evaluate.measuring import offer_measuring
from pages.components.shell.errors import fragment

_PAGE_SIZE = 36
_SHORTCUTS = 3


@fragment
def show_mistakes(record: RunRecord, counts: NDArray[np.int64]) -> None:
    """Draw the matrix of the run's confusion counts (C, C), and the images of the chosen cell or the worst mistakes."""
    info = find_dataset(record.config.dataset)
    choice = CellChoice(info.name)
    left, right = st.columns(2, gap="medium")
    with left:
        show_confusion(counts, info.class_names, choice)
    with right:
        _show_images(record, info, counts, choice)


def _show_images(record: RunRecord, info: DatasetInfo, counts: NDArray[np.int64], choice: CellChoice) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice.draw_boxes(info.class_names)
    if not require_dataset(info.name):
        return
    try:
        test = load_test_images(info.name, data_root())
        answers = answers_from(test.labels, load_predictions(record.predictions_file))
    except LabError as error:
        st.error(str(error), icon=":material/error:")
        if not record.bundled:
            offer_measuring(record)
        return
    chosen = choice.value
    found = _find(answers, chosen)
    st.markdown(_describe(found, chosen, info.class_names))
    _offer_shortcuts(counts, info.class_names, choice)
    _show_pages(test.images, found, info.class_names, f"gallery_page_{record.id}_{chosen.true}_{chosen.predicted}")


def _find(answers: Answers, chosen: Choice) -> Answers:
    right = chosen.true is not None and chosen.true == chosen.predicted
    return (answers if right else answers.mistakes()).select(chosen.true, chosen.predicted).worst_first()


def _describe(found: Answers, chosen: Choice, names: tuple[str, ...]) -> str:
    true, predicted = (None if which is None else names[which] for which in (chosen.true, chosen.predicted))
    count = f"**{len(found):,}**"
    images = "image" if len(found) == 1 else "images"
    if true is not None and true == predicted:
        return f"{count} {images} of **{true}**, recognised. The least certain come first."
    if true is not None and predicted is not None:
        text = f"{count} {images} of **{true}**, taken for **{predicted}**."
    elif true is not None:
        text = f"{count} {images} of **{true}**, taken for something else."
    elif predicted is not None:
        text = f"{count} {images} of something else, taken for **{predicted}**."
    else:
        text = f"{count} {'mistake' if len(found) == 1 else 'mistakes'} in all."
    return f"{text} Those whose true class got least come first." if len(found) > 1 else text


def _offer_shortcuts(counts: NDArray[np.int64], names: tuple[str, ...], choice: CellChoice) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if choice.value != Choice():
            st.button("Show all mistakes", icon=":material/arrow_back:", on_click=choice.set)
            return
        for pair in most_confused(counts, _SHORTCUTS):
            st.button(
                f"{names[pair.true]} → {names[pair.predicted]} ({pair.count})",
                key=f"shortcut_{pair.true}_{pair.predicted}",
                on_click=choice.set,
                args=(pair.true, pair.predicted),
            )


def _show_pages(images: NDArray[np.uint8], found: Answers, names: tuple[str, ...], key: str) -> None:
    if not len(found):
        return
    pages = found.count_pages(_PAGE_SIZE)
    shown = found.page(st.session_state.get(key, 1), _PAGE_SIZE)
    st.caption("True → predicted class, and how sure the network was.")
    show_gallery(images[shown.index], shown, names)
    if pages > 1:
        st.pagination(pages, key=key)
