"""One setting as a widget."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, Literal

import streamlit as st

from core.config.fields import Field, value_text
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_plain

# A value outlives a visit to another page, and one whose widget is hidden for a while.
KEPT: Literal["session"] = "session"
# The largest whole number that a browser holds exactly; Streamlit refuses larger ones.
_LARGEST_WHOLE = 2**53 - 1


def draw_field(field: Field, key: str, on_change: Callable[[], None] | None = None) -> Any:
    """Draw the widget of a setting, whose value the session holds under `key`; returns the value.

    Numbers outside the setting's limits can be typed; the check of the configuration then says what is allowed.
    """
    label, help = tr(field.label), tr(field.help) if field.help else None
    shared: dict[str, Any] = {
        "key": key,
        "persist_state": KEPT,
        "help": help,
        "on_change": when_changed(key, on_change) if on_change else None,
    }
    if field.kind == "choice":
        words = field.choices
        return st.selectbox(label, list(words), format_func=lambda choice: tr_plain(words[choice]), **shared)
    if field.kind == "switch":
        return st.toggle(label, **shared)
    if field.kind == "widths":
        return st.text_input(label, **shared)
    if field.limits.whole:
        return st.number_input(label, step=int(field.step), **shared)
    # A twelfth in all its digits would not fit.
    return st.number_input(label, step=field.step, format="%.5g", **shared)


def can_hold(field: Field, value: Any) -> bool:
    """Whether the setting's widget can show this value, be it allowed or not. The value may be anything."""
    if field.kind == "choice":
        return isinstance(value, str) and value in field.choices
    if field.kind == "switch":
        return isinstance(value, bool)
    if field.kind == "widths":
        return isinstance(value, str)
    # Streamlit refuses a value of another type than the widget's step.
    if field.limits.whole:
        return type(value) is int and abs(value) <= _LARGEST_WHOLE
    return type(value) is float and isfinite(value)


def when_changed(key: str, on_change: Callable[[], None]) -> Callable[[], None]:
    """The callback for the widget that the session keeps under `key`; call this right before it is drawn.

    `on_change` is called only when the visitor has chosen another value. Streamlit calls back without that, too: when a
    click interrupts the very run that draws a widget with a new key, it has forgotten which value it sent, and when a
    widget's key was deleted, it takes the value that a late click brings along for a new one.
    """
    shown_key = f"{key}_shown"
    st.session_state[shown_key] = st.session_state.get(key)

    def call_when_changed() -> None:
        if shown_key in st.session_state and st.session_state.get(key) != st.session_state[shown_key]:
            on_change()

    return callback(call_when_changed)


def editable(value: Any) -> Any:
    """A setting's value as its widget holds it: the sizes of layers as text."""
    return value_text(value) if isinstance(value, tuple) else value
