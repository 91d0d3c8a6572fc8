"""Judging the labels one by one, by clicks or keys, the most suspicious first."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.labels.verdicts import JUDGEMENT_WORDS
from core.texts.message import Message, message
from pages.components.evaluate.labels.answers import offer_answers, offer_undo
from pages.components.evaluate.labels.ranking import MARKS
from pages.components.evaluate.labels.suspects import Suspects, image_words
from pages.components.pictures.data_url import png_url
from pages.components.pictures.picture_html import PICTURE_STYLE, figure
from pages.components.pictures.sprites import sprites_html
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.visitor import current_visitor
from pages.components.shell.wording import certainty, name_classes

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
        _offer_undo(suspects)
        _show_last(suspects)
        return
    left, right = st.columns([1, 3], gap="medium")
    st.html(_STYLE)
    with left, st.container(key="label_image"):
        index = int(suspects.index[places[0]])
        caption = tr_html(image_words(suspects.split, index))
        st.html(PICTURE_STYLE + figure(png_url(suspects.images.images[index]), caption))
    with right:
        _ask(suspects, int(places[0]))
        _show_last(suspects)


def _ask(suspects: Suspects, place: int) -> None:
    """The question about the suspect at this place, and the ways to answer."""
    index = int(suspects.index[place])
    st.markdown(tr("#### The label says {label}. Is it right?", label=suspects.label(place)))
    st.caption(tr(_about(suspects, place)))
    with st.container(horizontal=True, gap="xsmall"):
        offer_answers(suspects.info.name, suspects.split, index, int(suspects.images.labels[index]))
        _offer_undo(suspects)


def _about(suspects: Suspects, place: int) -> Message:
    score = certainty(float(suspects.scores[place]))
    if suspects.samples is None:
        return message(
            "Over the epochs the label got a mean probability of {score}. Rank {rank:,}.", score=score, rank=place + 1
        )
    return message(
        "The network predicts {predicted} ({share}). Rank {rank:,}, label quality {quality}.",
        rank=place + 1,
        predicted=name_classes(suspects.info)[suspects.samples.y_pred[place]],
        share=certainty(float(suspects.samples.confidence[place])),
        quality=score,
    )


def _offer_undo(suspects: Suspects) -> None:
    if len(suspects.verdicts):
        offer_undo(suspects.info.name, suspects.split, suspects.verdicts.entries[-1].index)


def _show_last(suspects: Suspects) -> None:
    last = suspects.verdicts.entries[: -_LAST - 1 : -1]
    if not last:
        kept = (
            tr("Your verdicts are kept on this machine, for all networks of this data set.")
            if current_visitor().is_operator
            else tr("Your verdicts are kept while you visit, for all networks of this data set.")
        )
        st.caption(f"{tr('Answer by a click, or by the keys Y, N and T.')} {kept}")
        return
    st.caption(tr("Your latest verdicts"))
    captions, labels = [], []
    for verdict in last:
        label = name_classes(suspects.info)[verdict.label]
        lines = [tr_plain("{label} {mark}", label=label, mark=MARKS[verdict.judgement])]
        if known := suspects.known(verdict.index):
            lines.append(tr_plain("study: {words}", words=known))
        captions.append("\n".join(lines))
        image, words = image_words(suspects.split, verdict.index), JUDGEMENT_WORDS[verdict.judgement]
        labels.append(tr_plain("{image}, labelled {label}: {verdict}", image=image, label=label, verdict=words))
    indexes = np.array([verdict.index for verdict in last])
    st.html(sprites_html(suspects.images.images[indexes], _TILE, labels, captions))
