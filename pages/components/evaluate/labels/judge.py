"""Judging the labels one by one, by clicks or keys, the most suspicious first."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.labels.verdicts import JUDGEMENT_WORDS
from pages.components.evaluate.labels.answers import offer_answers, offer_undo
from pages.components.evaluate.labels.ranking import MARKS
from pages.components.evaluate.labels.suspects import Suspects, known_words
from pages.components.pictures.data_url import png_url
from pages.components.pictures.picture_html import PICTURE_STYLE, figure
from pages.components.pictures.sprites import sprites_html
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.visitor import is_operator
from pages.components.shell.wording import certainty

_STYLE = "<style>.st-key-label_image { max-width: 16rem; }</style>"
# Width of a judged image on the page, in CSS pixels.
_TILE = 84
# Judged images that stay on the page.
_LAST = 12


def show_judging(suspects: Suspects) -> None:
    """Draw the most suspicious label without a verdict, and the latest verdicts."""
    places = suspects.unjudged()
    if not len(places):
        st.success(tr("You have judged every label."), icon=":material/done_all:")
        offer_undo(suspects.info.name, suspects.verdicts.entries[-1].index)
        _show_last(suspects)
        return
    left, right = st.columns([1, 3], gap="medium")
    st.html(_STYLE)
    with left, st.container(key="label_image"):
        index = int(suspects.samples.index[places[0]])
        st.html(
            PICTURE_STYLE + figure(png_url(suspects.test.images[index]), tr_html("Test image {index}", index=index))
        )
    with right:
        _ask(suspects, int(places[0]))
        _show_last(suspects)


def _ask(suspects: Suspects, place: int) -> None:
    """The question about the suspect at this place, and the ways to answer."""
    names, sample = suspects.info.class_names, suspects.samples[np.array([place])]
    index, label, predicted = (int(values[0]) for values in (sample.index, sample.y_true, sample.y_pred))
    st.markdown(tr("#### The label says {label}. Is it right?", label=names[label]))
    st.caption(
        tr(
            "The network predicts {predicted} ({share}). Rank {rank:,}, label quality {quality}.",
            rank=place + 1,
            predicted=names[predicted],
            share=certainty(float(sample.confidence[0])),
            quality=certainty(float(suspects.scores[place])),
        )
    )
    with st.container(horizontal=True, gap="xsmall"):
        offer_answers(suspects.info.name, index, label)
        if len(suspects.verdicts):
            offer_undo(suspects.info.name, suspects.verdicts.entries[-1].index)


def _show_last(suspects: Suspects) -> None:
    last = suspects.verdicts.entries[: -_LAST - 1 : -1]
    if not last:
        kept = (
            tr("Your verdicts are kept on this machine, for all networks of this data set.")
            if is_operator()
            else tr("Your verdicts are kept while you visit, for all networks of this data set.")
        )
        st.caption(f"{tr('Answer by a click, or by the keys Y, N and T.')} {kept}")
        return
    st.caption(tr("Your latest verdicts"))
    names = suspects.info.class_names
    captions, labels = [], []
    for verdict in last:
        words = tr_plain(JUDGEMENT_WORDS[verdict.judgement])
        label = names[verdict.label]
        lines = [tr_plain("{label} {mark}", label=label, mark=MARKS[verdict.judgement])]
        if known := known_words(suspects.info, verdict.index):
            lines.append(tr_plain("study: {words}", words=known))
        captions.append("\n".join(lines))
        labels.append(
            tr_plain(
                "Test image {number}, labelled {label}: {verdict}", number=verdict.index, label=label, verdict=words
            )
        )
    indexes = np.array([verdict.index for verdict in last])
    st.html(sprites_html(suspects.test.images[indexes], _TILE, labels, captions))
