"""The choice of a unit to look into: a click on its picture, or the fields above the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.anatomy.layers import SOFTMAX, Anatomy, Layer
from core.anatomy.one_unit import can_look_into, unit_count
from pages.components.shell.component import Component
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_plain

_COMPONENT = Component("mnist_lab_unit_clicks", Path(__file__).parent / "web" / "unit_clicks.js", is_hidden=True)
_CLICKS = "unit_clicks"
# The chosen layer's name and the unit's number. They stay while other images and pages are looked at.
_LAYER, _UNIT = "anatomy_layer", "anatomy_unit"


@dataclass(frozen=True)
class Unit:
    """A unit of a layer of the network."""

    layer: Layer
    number: int


def choose_unit(anatomy: Anatomy) -> Unit | None:
    """Draw the fields, and listen to clicks on pictures; None while nothing is chosen."""
    layers = {layer.name: layer for layer in anatomy.layers if can_look_into(layer)}
    _listen()
    # Another network may have other layers, and fewer units.
    if st.session_state.get(_LAYER) not in layers:
        st.session_state[_LAYER] = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            tr("How a value is computed"),
            list(layers),
            index=None,
            key=_LAYER,
            persist_state="session",
            placeholder=tr_plain("Click a picture below, or choose a layer"),
            on_change=callback(_begin),
            width=340,
        )
        if name is None:
            return None
        return Unit(layers[name], _choose_number(layers[name]))


def _choose_number(layer: Layer) -> int:
    last = unit_count(layer) - 1
    st.session_state[_UNIT] = min(st.session_state.get(_UNIT) or 0, last)
    if layer.kind == SOFTMAX:
        return 0
    label = tr("Map (0–{last})", last=last) if len(layer.output_shape) == 3 else tr("Unit (0–{last})", last=last)
    return int(st.number_input(label, 0, last, key=_UNIT, step=1, persist_state="session", width=150))


def _begin() -> None:
    """Another layer begins with its first unit."""
    st.session_state[_UNIT] = 0


def _take() -> None:
    """Choose what was clicked; a second click takes the choice back."""
    clicked: dict[str, Any] | None = st.session_state[_CLICKS].get("unit")
    if clicked is None:
        return
    # The classes' probabilities are one computation, so that a click on any of them is one on the softmax.
    chosen = clicked["layer"], 0 if clicked["layer"] == SOFTMAX else int(clicked["unit"])
    if chosen == (st.session_state.get(_LAYER), st.session_state.get(_UNIT)):
        st.session_state[_LAYER] = None
    else:
        st.session_state[_LAYER], st.session_state[_UNIT] = chosen


def _listen() -> None:
    _COMPONENT(key=_CLICKS, on_unit_change=callback(_take))
