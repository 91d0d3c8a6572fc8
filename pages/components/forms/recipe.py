"""The choice of a recipe that fills a form, and the name of what the form makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.config.recipes import Recipe
from core.runs.record import NAME_LENGTH
from pages.components.forms.field import KEPT, when_changed
from pages.components.shell.texts import tr, tr_plain


def draw_recipes(key: str, recipes: Mapping[str, Recipe], on_change: Callable[[], None]) -> None:
    """Draw the choice, whose id the session holds under `key`, with a sentence about the chosen recipe."""
    st.selectbox(
        tr("Recipe"),
        list(recipes),
        key=key,
        persist_state=KEPT,
        format_func=lambda recipe: tr_plain(recipes[recipe].title),
        on_change=when_changed(key, on_change),
        help=tr("Fills every field below. Change what you like afterwards."),
    )
    st.caption(tr(recipes[st.session_state[key]].summary))


def draw_name(key: str) -> None:
    """Draw the field for a name, which may stay empty."""
    hint = tr_plain("made from the settings")
    st.text_input(tr("Name"), key=key, persist_state=KEPT, placeholder=hint, max_chars=NAME_LENGTH)


def is_name(value: Any) -> bool:
    """Whether the field for a name can hold this. It may be anything."""
    return isinstance(value, str) and len(value) <= NAME_LENGTH


def read_name(key: str) -> str:
    """The name that was typed; may be empty."""
    return str(st.session_state.get(key, "")).strip()
