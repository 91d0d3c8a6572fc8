"""The gallery of suspicious labels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.known_labels import known_labels
from core.labels.verdicts import JUDGEMENTS
from core.texts.message import Message, message
from models.texts import mark
from pages.components.evaluate.labels.suspects import Suspects, known_words
from pages.components.evaluate.samples.pages import show_gallery_pages
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import certainty

# In CSS pixels.
_CHOICE_WIDTH = 240
# How a judged label is marked.
MARKS = {"right": "✓", "wrong": "✗", "unsure": "?"}

_ALL, _KNOWN = "all", "known"
_TITLES: Mapping[str, str] = {
    _ALL: mark("All"),
    "open": mark("Not judged yet"),
    "wrong": mark("Judged wrong"),
    "right": mark("Judged right"),
    "unsure": mark("Cannot tell"),
    _KNOWN: mark("Found wrong by a study"),
}
_STUDY = mark(
    "People looked at the test images that confident learning suspected, and did not confirm these labels: "
    "C. Northcutt, A. Athalye and J. Mueller 2021, [arXiv:2103.14749](https://arxiv.org/abs/2103.14749). Under each "
    "image stands what most of them saw."
)


def choose_shown(suspects: Suspects) -> str:
    """Draw the choice of the images to show; returns a name for `show_ranking`."""
    has_known = bool(known_labels(suspects.info.name))
    titles = {name: title for name, title in _TITLES.items() if name != _KNOWN or has_known}
    # A choice of its own for each data set, since they differ in what can be chosen.
    shown: str = st.selectbox(
        tr("Show"),
        list(titles),
        format_func=lambda name: tr(titles[name]),
        key=f"labels_shown_{suspects.info.name}",
        label_visibility="collapsed",
        persist_state="session",
        width=_CHOICE_WIDTH,
    )
    return shown


def show_ranking(suspects: Suspects, shown: str) -> None:
    """Draw the images, all or those of a kind, a page at a time. shown: see `choose_shown`."""
    places = np.flatnonzero(_which(suspects, shown))
    if shown == _KNOWN:
        st.caption(tr(_STUDY))
    else:
        st.caption(
            tr(
                "Label → predicted class, the rank, and the label quality: the probability that the network gives to "
                "the label. A click on an image shows more."
            )
        )
    if not len(places):
        st.info(tr("There is no such image."), icon=":material/search_off:")
        return
    show_gallery_pages(
        suspects.test.images,
        suspects.samples[places],
        suspects.info.class_names,
        f"labels_page_{suspects.info.name}_{shown}",
        lambda place: _note(suspects, int(places[place]), shown == _KNOWN),
    )


def _which(suspects: Suspects, shown: str) -> NDArray[np.bool_]:
    index = suspects.samples.index
    if shown in JUDGEMENTS:
        return np.isin(index, list(suspects.verdicts.judged(shown)))
    if shown == _KNOWN:
        return np.isin(index, list(known_labels(suspects.info.name)))
    which = np.ones(len(index), bool)
    if shown != _ALL:
        which[:] = False
        which[suspects.unjudged()] = True
    return which


def _note(suspects: Suspects, place: int, tells_known: bool) -> str:
    """What stands under an image: its rank and label quality, the reader's verdict, and what people saw."""
    index = int(suspects.samples.index[place])
    parts = [_rank(place, float(suspects.scores[place]))]
    if verdict := suspects.verdicts.find(index):
        parts.append(message("{mark}", mark=MARKS[verdict.judgement]))
    if tells_known and (known := known_words(suspects.info, index)):
        parts.append(known)
    return " · ".join(map(tr_plain, parts))


def _rank(place: int, score: float) -> Message:
    return message("{rank:,}: {quality}", rank=place + 1, quality=certainty(score))
