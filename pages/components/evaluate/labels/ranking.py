"""The gallery of suspicious labels."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.known_labels import known_labels
from core.labels.verdicts import JUDGEMENTS
from core.texts.message import Message, message
from models.texts import mark
from pages.components.evaluate.labels.suspects import Suspects, Which, image_words
from pages.components.evaluate.samples.gallery import Tile, prediction_caption
from pages.components.evaluate.samples.pages import show_gallery_pages, show_tile_pages
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.wording import certainty, name_classes

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
_QUALITY = mark(
    "Label → predicted class, the rank, and the label quality: the probability that the network gives to the label."
)
_QUALITY_AND_CLICK = mark(
    "Label → predicted class, the rank, and the label quality: the probability that the network gives to the label. A "
    "click on an image shows more."
)
_STUDY = mark(
    "People looked at the test images that confident learning suspected, and did not confirm these labels: "
    "C. Northcutt, A. Athalye and J. Mueller 2021, [arXiv:2103.14749](https://arxiv.org/abs/2103.14749). Under each "
    "image stands what most of them saw."
)


def choose_shown(dataset: str, which: Which) -> str:
    """Draw the choice of the images to show; returns a name for `show_ranking`."""
    has_known = which == "test" and bool(known_labels(dataset))
    titles = {name: title for name, title in _TITLES.items() if name != _KNOWN or has_known}
    # A choice of its own for each data set, since they differ in what can be chosen.
    shown: str = st.selectbox(
        tr("Show"),
        list(titles),
        format_func=lambda name: tr(titles[name]),
        key=f"labels_shown_{dataset}_{which}",
        persist_state="session",
        width=_CHOICE_WIDTH,
    )
    return shown


def show_ranking(suspects: Suspects, shown: str) -> None:
    """Draw the images, all or those of a kind, a page at a time. shown: see `choose_shown`."""
    places = np.flatnonzero(_which(suspects, shown))
    st.caption(tr(_explain(suspects, shown)))
    if not len(places):
        st.info(tr("There is no such image."), icon=":material/search_off:")
        return
    key = f"labels_page_{suspects.info.name}_{suspects.which}_{shown}"
    names, images = name_classes(suspects.info), suspects.images.images
    if suspects.which == "test" and suspects.samples is not None:
        samples = suspects.samples[places]
        show_gallery_pages(
            images, samples, names, key, lambda place: _note(suspects, int(places[place]), shown == _KNOWN)
        )
        return
    show_tile_pages(
        images,
        suspects.index[places],
        names,
        key,
        lambda on_page: [_tile(suspects, int(place)) for place in places[on_page]],
    )


def _explain(suspects: Suspects, shown: str) -> str:
    if shown == _KNOWN:
        return _STUDY
    if suspects.which == "train":
        return mark("The label, the rank, and the mean probability that the label got over the epochs.")
    if suspects.which == "val":
        return _QUALITY
    return _QUALITY_AND_CLICK


def _which(suspects: Suspects, shown: str) -> NDArray[np.bool_]:
    index = suspects.index
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
    """What stands under an image: its rank and score, the reader's verdict, and what people saw."""
    index = int(suspects.index[place])
    parts = [_rank(place, float(suspects.scores[place]))]
    if verdict := suspects.verdicts.find(index):
        parts.append(message("{mark}", mark=MARKS[verdict.judgement]))
    if tells_known and (known := suspects.known(index)):
        parts.append(known)
    return " · ".join(map(tr_plain, parts))


def _rank(place: int, score: float) -> Message:
    return message("{rank:,}: {quality}", rank=place + 1, quality=certainty(score))


def _tile(suspects: Suspects, place: int) -> Tile:
    """What stands with an image that has no view of its own."""
    index, label, note = int(suspects.index[place]), suspects.label(place), _note(suspects, place, False)
    image = image_words(suspects.split, index)
    if suspects.samples is None:
        words = tr_html("{image}, labelled {label}", image=image, label=label)
        return Tile(words, words, f"{escape(label)}<small>{escape(note)}</small>")
    predicted = name_classes(suspects.info)[suspects.samples.y_pred[place]]
    words = tr_html("{image}, labelled {label}, predicted {predicted}", image=image, label=label, predicted=predicted)
    return Tile(words, words, prediction_caption(label, predicted, note))
