"""What a prediction rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.data.catalog import find_dataset
from core.explain.methods import GRAD_CAM, INTEGRATED_GRADIENTS, OCCLUSION, SALIENCY, SIGNED
from core.ink.rendering import Picture
from core.learners.base import Probabilities
from core.runs.record import RunRecord
from core.texts.message import Message, message
from models.texts import mark
from pages.components.draw.prediction.ask import predict_picture
from pages.components.draw.subject import Subject
from pages.components.draw.why.asking import ask_attribution
from pages.components.draw.why.change import show_smallest_change
from pages.components.draw.why.choice import choose_class
from pages.components.draw.why.layers import show_layers
from pages.components.draw.why.pictures import BLUE, ORANGE, Key, keys_html, pair_html, text_html
from pages.components.pictures.overlays import attribution_pixels
from pages.components.shell.address import choose_by_address
from pages.components.shell.errors import fragment, showing_errors
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes


@dataclass(frozen=True)
class Method:
    """An attribution method. sentence: what its picture shows; {score} stands for the score that is explained."""

    title: str
    icon: str
    sentence: str


_METHODS = {
    OCCLUSION: Method(
        mark("Occlusion"),
        ":material/ink_eraser:",
        mark(
            "A square of 4×4 pixels is erased, one place after the other. Blue is where {score} falls without the ink, "
            "orange where it rises."
        ),
    ),
    INTEGRATED_GRADIENTS: Method(
        mark("Integrated gradients"),
        ":material/gradient:",
        mark(
            "The ink appears little by little on blank paper. Blue pixels make {score} rise on the way, orange pixels "
            "make it fall. Together they account for the whole difference."
        ),
    ),
    SALIENCY: Method(
        mark("Saliency"),
        ":material/flare:",
        mark("The stronger the blue, the more {score} would change with a little more or less ink there, up or down."),
    ),
    GRAD_CAM: Method(
        mark("Grad-CAM"),
        ":material/blur_on:",
        mark("What the last convolutional layer has found in the blue regions raises {score}."),
    ),
}


@fragment
def show_why(record: RunRecord, subject: Subject) -> None:
    """The attribution of a class, and on request the layers and the smallest change."""
    with showing_errors():
        prediction = predict_picture(record, subject.picture)
        _show_attribution(record, subject.picture, prediction.raw)
        with (
            st.expander(tr("Layer by layer"), key="why_layers", on_change="rerun") as layers,
            showing_errors(),
        ):
            if layers.open:
                show_layers(record, subject.picture)
        with st.expander(tr("The smallest change"), key="why_change", on_change="rerun") as change, showing_errors():
            if change.open:
                show_smallest_change(record, subject.picture, prediction)


def _show_attribution(record: RunRecord, picture: Picture, probabilities: Probabilities) -> None:
    names, best = name_classes(find_dataset(record.config.dataset)), int(probabilities.argmax())
    method = choose_by_address("why", tr("Method"), _METHODS, OCCLUSION, label_visibility="collapsed") or OCCLUSION
    with st.container(horizontal=True):
        chosen = choose_class(tr("What speaks for"), "why_for", tr_plain("Its prediction"), range(len(names)), names)
        target = best if chosen is None else chosen
        rivals = [number for number in range(len(names)) if number != target]
        other = choose_class(tr("Rather than"), "why_not", tr_plain("All others"), rivals, names)
    with showing_errors():
        values = ask_attribution(record, picture, method, target, other)
        seen = (picture, tr_plain("The network's input. It predicts {label}.", label=names[best]))
        marked = (attribution_pixels(picture, values), tr_plain(_explain(method, names, target, other)))
        text = tr_plain(_METHODS[method].sentence, score=_score(names, target, other))
        st.html(pair_html(seen, marked, keys_html(_keys(method, names, target, other)), text_html(text)))


def _explain(method: str, names: Sequence[str], target: int, other: int | None) -> Message:
    """What the marked pixels have to do with the class."""
    label = names[target]
    if other is None:
        if method == SALIENCY:
            return message("matters for {label}", label=label)
        return message("speaks for {label}", label=label)
    if method == SALIENCY:
        return message("matters for {label} rather than {other}", label=label, other=names[other])
    return message("speaks for {label} rather than {other}", label=label, other=names[other])


def _score(names: Sequence[str], target: int, other: int | None) -> Message:
    if other is None:
        return message("the logit of {label}", label=names[target])
    return message("the lead of {label} over {other}", label=names[target], other=names[other])


def _keys(method: str, names: Sequence[str], target: int, other: int | None) -> list[Key]:
    against = (
        message("speaks against {label}", label=names[target])
        if other is None
        else _explain(method, names, other, target)
    )
    keys = [(BLUE, tr_plain(_explain(method, names, target, other))), (ORANGE, tr_plain(against))]
    return keys if method in SIGNED else keys[:1]
