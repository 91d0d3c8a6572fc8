"""Why a network reads what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.charts.explanation import attribution_pixels
from core.data.catalog import find_dataset
from core.explain.methods import GRAD_CAM, INTEGRATED_GRADIENTS, OCCLUSION, SALIENCY, SIGNED
from core.ink.rendering import Picture
from core.learners.base import Probabilities
from core.runs.record import RunRecord
from pages.components.draw.prediction.ask import predict_picture
from pages.components.draw.subject import Subject
from pages.components.draw.why.asking import ask_attribution
from pages.components.draw.why.change import show_smallest_change
from pages.components.draw.why.choice import choose_class
from pages.components.draw.why.layers import show_layers
from pages.components.draw.why.pictures import BLUE, ORANGE, Key, keys_html, pair_html, text_html
from pages.components.shell.address_choice import choose_by_address
from pages.components.shell.errors import fragment, showing_errors


@dataclass(frozen=True)
class Method:
    """A way to look. sentence: what its picture says, where {score} stands for whose score it is about."""

    title: str
    icon: str
    sentence: str


_METHODS = {
    OCCLUSION: Method(
        "Occlusion",
        ":material/ink_eraser:",
        "A square of 4×4 pixels is rubbed out, here and there in turn. Blue is where {score} falls without the ink, "
        "orange where it rises.",
    ),
    INTEGRATED_GRADIENTS: Method(
        "Integrated gradients",
        ":material/gradient:",
        "The ink appears little by little on blank paper. Blue pixels make {score} rise on the way, orange ones make "
        "it fall; together they account for the whole difference.",
    ),
    SALIENCY: Method(
        "Saliency",
        ":material/flare:",
        "The stronger the blue, the more {score} would change with a little more or less ink there, up or down.",
    ),
    GRAD_CAM: Method(
        "Grad-CAM",
        ":material/blur_on:",
        "What the last convolutional layer has found in the blue regions raises {score}.",
    ),
}
_OTHERS = "All others"


@fragment
def show_why(record: RunRecord, subject: Subject) -> None:
    """What speaks for a class, and on request the layers and the smallest change."""
    with showing_errors():
        reading = predict_picture(record, subject.picture)
        _show_attribution(record, subject.picture, reading.raw)
        with (
            st.expander("What each layer makes of it", key="why_layers", on_change="rerun") as layers,
            showing_errors(),
        ):
            if layers.open:
                show_layers(record, subject.picture)
        with st.expander("The smallest change", key="why_change", on_change="rerun") as change, showing_errors():
            if change.open:
                show_smallest_change(record, subject.picture, reading)


def _show_attribution(record: RunRecord, picture: Picture, probabilities: Probabilities) -> None:
    names, best = find_dataset(record.config.dataset).class_names, int(probabilities.argmax())
    method = choose_by_address("why", "How to look", _METHODS, OCCLUSION, label_visibility="collapsed") or OCCLUSION
    with st.container(horizontal=True):
        chosen = choose_class("What speaks for", "why_for", "What it reads", range(len(names)), names)
        target = best if chosen is None else chosen
        rivals = [number for number in range(len(names)) if number != target]
        other = choose_class("Rather than", "why_not", _OTHERS, rivals, names)
    with showing_errors():
        values = ask_attribution(record, picture, method, target, other)
        seen = (picture, f"What the network sees. It reads {names[best]}.")
        marked = (attribution_pixels(picture, values), f"What {_verdict(method, names, target, other)}")
        text = _METHODS[method].sentence.format(score=_score(names, target, other))
        st.html(pair_html(seen, marked, keys_html(_keys(method, names, target, other)), text_html(text)))


def _verdict(method: str, names: Sequence[str], target: int, other: int | None) -> str:
    verb = "matters" if method == SALIENCY else "speaks"
    return f"{verb} for {names[target]}" + ("" if other is None else f" rather than {names[other]}")


def _score(names: Sequence[str], target: int, other: int | None) -> str:
    return f"the score of {names[target]}" if other is None else f"the lead of {names[target]} over {names[other]}"


def _keys(method: str, names: Sequence[str], target: int, other: int | None) -> list[Key]:
    against = f"speaks against {names[target]}" if other is None else _verdict(method, names, other, target)
    keys = [(BLUE, _verdict(method, names, target, other)), (ORANGE, against)]
    return keys if method in SIGNED else keys[:1]
