"""The reader's own digits in this session: kept across pages, gone with a refresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from core.data.catalog import find_dataset
from core.errors import CollectionError
from core.runs.record import RunRecord
from core.teaching.collection import MyDigits, find, keep, make_digit
from pages.components.draw.canvas.canvas import clear_canvas
from pages.components.draw.subject import Subject

CLEAR = "my_digits_clear"
_DIGITS, _LABEL, _MESSAGE = "my_digits", "my_digits_label", "my_digits_message"
# As what the present drawing is to be kept.
_WANTED = "my_digits_wanted"
# The ten fit beside each other on a phone.
_STYLE = """
<style>
[class*=st-key-my_digits][class*=label_row] button { padding-inline: min(0.9rem, 3.1vw); }
</style>
"""


def my_digits() -> MyDigits:
    """The digits kept so far, oldest first."""
    digits: MyDigits = st.session_state.get(_DIGITS, ())
    return digits


def put_digits(digits: MyDigits) -> None:
    """Let these be the digits kept."""
    st.session_state[_DIGITS] = digits


def say(message: str) -> None:
    """Say something in the next run; a callback itself cannot."""
    st.session_state[_MESSAGE] = message


def show_message() -> None:
    """Show, for a moment, what there is to say."""
    if message := st.session_state.pop(_MESSAGE, None):
        st.toast(message, icon=":material/bookmark_added:")


def label_row(record: RunRecord, subject: Subject | None) -> None:
    """The ten digits, of which a click keeps what was drawn as that one; nothing for a network that reads clothes."""
    if not find_dataset(record.config.dataset).has_digits:
        return
    # To teach images that networks are measured by would spoil the measure.
    is_for_test = subject is not None and subject.label is not None
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is not None and subject is not None and not is_for_test:
        _keep(wanted, subject)
        st.rerun()
    show_message()
    words = "Test images are there to measure by; they are not kept." if is_for_test else "Keep this drawing. It is a"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        choose_label(words, _LABEL, _want, disabled=subject is None or is_for_test)


def choose_label(words: str, key: str, on_change: Callable[[], None], **looks: Any) -> None:
    """The ten digits in a row, after the words. key: of the widget, whose value `on_change` looks up."""
    st.html(_STYLE)
    st.caption(words, width="content")
    with st.container(width="content", key=f"{key}_row"):
        # Required, so that a double click is not a click and its withdrawal.
        st.segmented_control(
            words, range(10), key=key, required=True, on_change=on_change, label_visibility="collapsed", **looks
        )


def _want() -> None:
    """Note the label alone: what a callback knows of the drawing may lack the last stroke."""
    st.session_state[_WANTED], st.session_state[_LABEL] = st.session_state[_LABEL], None


def _keep(label: int, subject: Subject) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    is_known = find(my_digits(), subject.picture) is not None
    try:
        put_digits(keep(my_digits(), make_digit(label, subject.picture, subject.strokes, now)))
    except CollectionError as error:
        say(str(error))
        return
    say(f"This one is now a {label}; see My digits." if is_known else f"Kept as a {label}; see My digits.")
    # The other digits of a number may be kept next.
    if subject.strokes and not subject.parts and st.session_state.get(CLEAR, True):
        clear_canvas()
