"""Beat the network: the reader and the network answer the same images."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.data.catalog import DatasetInfo, find_dataset
from core.data.datasets import ImageSet
from core.evaluation.contest import ROUND, Contest, make_contest
from core.evaluation.samples import make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import Message, message
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.pictures.data_url import png_url
from pages.components.pictures.picture_html import PICTURE_STYLE, figure
from pages.components.pictures.sprites import sprites_html
from pages.components.shell.errors import callback, fragment, showing_errors
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.wording import name_classes

_STYLE = "<style>.st-key-contest_image { max-width: 14rem; }</style>"
# A digit's key is the digit itself.
_NO_KEYS = "<style>.st-key-contest_classes kbd { display: none; }</style>"
# Width of an answered image on the page, in CSS pixels.
_TILE = 92
_RIGHT, _WRONG = "✓", "✗"


@fragment
def show_contest(record: RunRecord) -> None:
    """Draw the image to answer beside those that both have answered."""
    info = find_dataset(record.config.dataset)
    if not require_dataset(info.name):
        return
    with showing_errors():
        test = load_test_images(info.name, data_root())
        samples = make_samples(test.labels, load_test_predictions(record, test))
        key = f"contest_{record.id}"
        number, answers = st.session_state.get(key, (0, ()))
        contest = make_contest(samples, number, answers)
        left, right = st.columns([2, 3], gap="large")
        with left:
            if contest.is_over:
                _conclude(contest, key, number)
            else:
                _ask(contest, test, info, key, number)
        with right:
            _show_score(contest)
            _show_answered(contest, test, info)


def _ask(contest: Contest, test: ImageSet, info: DatasetInfo, key: str, number: int) -> None:
    st.markdown(tr("Which class is this? Answer by a click, or by the keys 0 to 9."))
    place = len(contest.answers)
    text = tr_html("Image {place} of {count}", place=place + 1, count=ROUND)
    st.html(_STYLE + _NO_KEYS * info.has_digits)
    with st.container(key="contest_image"):
        st.html(PICTURE_STYLE + figure(png_url(test.images[contest.samples.index[place]]), text))

    def answer(label: int) -> None:
        st.session_state[key] = (number, (*contest.answers, label))

    with st.container(horizontal=True, gap="xsmall", key="contest_classes"):
        for label, name in enumerate(name_classes(info)):
            st.button(name, key=f"contest_{label}", shortcut=str(label), on_click=callback(answer), args=(label,))


def _conclude(contest: Contest, key: str, number: int) -> None:
    st.markdown(tr(_verdict(sum(contest.reader_right), sum(contest.network_right))))
    st.caption(
        tr("These are the test images of which the network is least sure; of the others it is right more often.")
    )

    def begin() -> None:
        st.session_state[key] = (number + 1, ())

    st.button(tr("Another ten"), type="primary", icon=":material/replay:", shortcut="Enter", on_click=callback(begin))


def _verdict(reader: int, network: int) -> Message:
    if reader > network:
        return message("### You beat the network, {reader} to {network}.", reader=reader, network=network)
    if reader < network:
        return message("### The network wins, {network} to {reader}.", reader=reader, network=network)
    return message("### A draw, {reader} to {network}.", reader=reader, network=network)


def _show_score(contest: Contest) -> None:
    with st.container(horizontal=True, gap="medium"):
        st.metric(tr("You"), str(sum(contest.reader_right)), width="content")
        st.metric(tr("The network"), str(sum(contest.network_right)), width="content")
        count = len(contest.answers)
        st.metric(tr("Answered"), tr_plain("{count} of {all}", count=count, all=ROUND), width="content")


def _show_answered(contest: Contest, test: ImageSet, info: DatasetInfo) -> None:
    count = len(contest.answers)
    if not count:
        st.caption(tr("What both of you have said will stay here."))
        return
    # The latest first, beside the image that it was.
    order = np.arange(count)[::-1]
    answered = contest.samples[order]
    names = name_classes(info)
    captions, labels = [], []
    for i, place in enumerate(order):
        true = tr_plain("it is: {true}", true=names[answered.y_true[i]])
        you = tr_plain("you: {answer}", answer=names[contest.answers[place]])
        network = tr_plain("network: {predicted}", predicted=names[answered.y_pred[i]])
        marks = map(_mark, (contest.reader_right[place], contest.network_right[place]))
        said = (f"{text} {mark}" for text, mark in zip((you, network), marks, strict=True))
        captions.append("\n".join([true, *said]))
        labels.append(
            tr_plain("Test image {number}: true {true}", number=int(answered.index[i]), true=names[answered.y_true[i]])
        )
    st.html(sprites_html(test.images[answered.index], _TILE, labels, captions))


def _mark(is_right: bool) -> str:
    return _RIGHT if is_right else _WRONG
