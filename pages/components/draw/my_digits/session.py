"""The reader's own digits in this session. They outlast a change of page and a refresh, not the closing of the tab."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.errors import CollectionError
from core.teaching.collection import MyDigits, write_digits
from core.teaching.collection_file import read_digits
from core.texts.message import Message
from pages.components.shell.errors import callback
from pages.components.shell.tab_storage import keep_in_tab
from pages.components.shell.texts import tr

CLEAR = "my_digits_clear"
_DIGITS = "my_digits"
_MESSAGE = "my_digits_message"
# Width of the ten buttons in CSS pixels, where there is room for it.
_ROW = 372
# The ten buttons fit beside each other on a phone and in a column.
_STYLE = """
<style>
[class*=st-key-my_digits][class*=label_row] :is(.stElementContainer, .stButtonGroup, [role=radiogroup]) {
  width: 100%; max-width: none; }
[class*=st-key-my_digits][class*=label_row] button { flex: 1 1 0; min-width: 0; padding-inline: 0; }
</style>
"""


def my_digits() -> MyDigits:
    """The digits kept so far, oldest first."""
    digits: MyDigits = st.session_state.get(_DIGITS, ())
    return digits


def put_digits(digits: MyDigits) -> None:
    """Let these be the digits kept."""
    st.session_state[_DIGITS] = digits


def keep_digits_in_tab(place: str) -> None:
    """Let the browser's tab keep the digits. place: where on the page it is told, see `keep_in_tab`."""
    digits = my_digits()
    keep_in_tab(_DIGITS, write_digits(digits) if digits else "", _restore, place)


def _restore(text: str) -> None:
    """Make the digits that the tab kept the present ones, unless there are some already or they cannot be read."""
    if not my_digits():
        with contextlib.suppress(CollectionError):
            put_digits(read_digits(text.encode()))


def say(text: Message) -> None:
    """Show a text in the next run; a callback itself cannot."""
    st.session_state[_MESSAGE] = text


def show_message() -> None:
    """Show the waiting text for a moment."""
    if text := st.session_state.pop(_MESSAGE, None):
        st.toast(tr(text), icon=":material/bookmark_added:")


def choose_label(words: str, key: str, on_change: Callable[[], None], **looks: Any) -> None:
    """The ten digits in a row, after the words. key: of the widget, whose value `on_change` looks up."""
    st.html(_STYLE)
    st.caption(words, width="content")
    with st.container(width=_ROW, key=f"{key}_row"):
        # Required, so that a double click is not a click and its withdrawal.
        st.segmented_control(
            words,
            range(10),
            key=key,
            required=True,
            on_change=callback(on_change),
            label_visibility="collapsed",
            **looks,
        )
