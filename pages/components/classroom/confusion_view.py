"""One confusion matrix of a network on all digits of the class, which grows as they are handed in."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.classroom.classroom import Roll
from core.classroom.reading import ClassReading
from core.classroom.teaching import is_of_class
from core.data.catalog import find_dataset
from core.errors import LabError, RunError
from core.metrics.classification import most_confused
from core.storage.stamp import file_stamp
from core.texts.message import message, plural
from pages.components.classroom.live import show_live
from pages.components.classroom.networks import pick_reader
from pages.components.classroom.services import read_class
from pages.components.evaluate.accuracy import show_accuracy
from pages.components.evaluate.mistakes.choice import CellChoice, Choice
from pages.components.evaluate.mistakes.matrix import show_confusion
from pages.components.evaluate.samples.gallery import Tile, prediction_caption, tiles_html
from pages.components.shell.errors import callback
from pages.components.shell.presenter import form_key
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr, tr_html, tr_plain

# Confused pairs that have a button of their own.
_PAIRS = 3
# Images on show, at most.
_MOST_IMAGES = 36


def show_class_confusion() -> None:
    """Draw the view."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=form_key("network")):
        with st.container(width=420):
            network = pick_reader()
        if network:
            CellChoice(find_dataset(network.config.dataset).class_names).draw_boxes()
    if network is None:
        st.info(tr("There is no trained network yet."), icon=":material/school:")
        return
    show_live(_draw, network.id, state=lambda _: file_stamp(network.weights_file))


def _draw(roll: Roll, run_id: str) -> None:
    if not roll.hand_ins:
        st.info(
            tr("Nobody has handed in digits yet. Keep some on the Draw page, then hand them in here."),
            icon=":material/draw:",
        )
        return
    try:
        record = run_store().get(run_id)
        reading = read_class(roll, record)
    except (RunError, LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    names = find_dataset(record.config.dataset).class_names
    choice = CellChoice(names)
    left, right = st.columns(2, gap="medium")
    with left:
        show_confusion(
            reading.counts,
            names,
            choice,
            alt=tr_plain(
                "Confusion matrix: the number of digits of the class of each true with each predicted class; in the "
                "last row and column the mistakes"
            ),
        )
    with right:
        _show_figures(reading)
        if is_of_class(record):
            st.caption(
                tr(
                    "This network was trained on most of these digits, so expect them right. The report under *Teach* "
                    "says how it reads pupils whose digits it has not seen."
                )
            )
        _offer_pairs(reading, names, choice)
        _show_images(reading, names, choice.value)


def _show_figures(reading: ClassReading) -> None:
    count = len(reading.y_pred)
    show_accuracy(
        tr(
            plural("Of {count:,} digit of the class, read right", "Of {count:,} digits of the class, read right", count)
        ),
        reading.n_right / count,
        reading.interval,
        tr(
            "Below it the 95 % interval by Wilson’s method. It takes the digits for independent of each other; those "
            "of one pupil resemble each other, so the true uncertainty is larger."
        ),
    )


def _offer_pairs(reading: ClassReading, names: tuple[str, ...], choice: CellChoice) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if choice.value != Choice():
            st.button(tr("Show all mistakes"), icon=":material/arrow_back:", on_click=callback(choice.set))
            return
        for pair in most_confused(reading.counts, _PAIRS):
            true, predicted = names[pair.true], names[pair.predicted]
            st.button(
                tr(message("{true} → {predicted} ({count:,})", true=true, predicted=predicted, count=pair.count)),
                key=f"class_pair_{pair.true}_{pair.predicted}",
                on_click=callback(choice.set),
                args=(pair.true, pair.predicted),
            )


def _show_images(reading: ClassReading, names: tuple[str, ...], chosen: Choice) -> None:
    found = reading.find(chosen.y_true, chosen.y_pred)
    if not len(found):
        text = tr("All digits are read right.") if chosen == Choice() else tr("There is no such digit.")
        st.caption(text)
        return
    shown = found[:_MOST_IMAGES]
    st.html(_gallery(reading, shown, names))
    if len(found) > len(shown):
        st.caption(tr("The first {shown} of {count:,}.", shown=len(shown), count=len(found)))


def _gallery(reading: ClassReading, places: NDArray[np.int64], names: tuple[str, ...]) -> str:
    writing = reading.handwriting
    tiles = []
    for place in places:
        true, predicted = names[writing.images.labels[place]], names[reading.y_pred[place]]
        nickname = writing.nicknames[place]
        said = tr_html("{true} by {name}, read as {predicted}", true=true, name=nickname, predicted=predicted)
        tiles.append(Tile(said, said, prediction_caption(true, predicted, nickname)))
    return tiles_html(writing.images.images[places], tiles, names)
