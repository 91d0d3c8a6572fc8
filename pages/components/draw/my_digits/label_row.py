"""Keeping what is on the Draw page as one's own digits: under a label, or all digits of a number as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from core.data.catalog import find_dataset
from core.errors import CollectionError, LabError
from core.runs.record import RunRecord
from core.teaching.collection import find, keep, make_digit
from core.texts.message import Message, message, plural
from pages.components.draw.canvas.canvas import clear_canvas
from pages.components.draw.my_digits.session import CLEAR, choose_label, my_digits, put_digits, say, show_message
from pages.components.draw.prediction.ask import read_several
from pages.components.draw.prediction.number import look_at
from pages.components.draw.prediction.number_view import digit_words
from pages.components.draw.subject import Subject
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

_LABEL = "my_digits_label"
# What is to be kept in the next run: a label, or all as they are read.
_WANTED = "my_digits_wanted"
_AS_READ = "as read"


def label_row(record: RunRecord, subject: Subject | None) -> None:
    """The ten digits; a click keeps the digit under that label. Nothing for a network for clothes."""
    if not find_dataset(record.config.dataset).has_digits:
        return
    # Training on test images would spoil what they measure.
    is_for_test = subject is not None and subject.label is not None
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is not None and subject is not None and not is_for_test:
        if wanted == _AS_READ:
            _keep_as_read(record, subject)
        else:
            _keep(wanted, subject)
        st.rerun()
    show_message()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = tr(_words(subject, is_for_test))
        choose_label(words, _LABEL, _want, disabled=subject is None or is_for_test)
        if subject and subject.parts:
            st.button(
                tr("Keep all as read"),
                icon=":material/bookmark_add:",
                key="my_digits_keep_all",
                on_click=callback(_want_all),
            )


def _words(subject: Subject | None, is_for_test: bool) -> Message:
    if is_for_test:
        return message("Test images are for measuring; they are not kept.")
    if subject and subject.parts:
        return message("Keep {digit}. It is a", digit=digit_words(subject.parts, subject.place))
    return message("Keep this digit. It is a")


def _want() -> None:
    """Note the label alone, since the drawing that a callback knows may lack the last stroke."""
    st.session_state[_WANTED], st.session_state[_LABEL] = st.session_state[_LABEL], None


def _want_all() -> None:
    st.session_state[_WANTED] = _AS_READ


def _keep(label: int, subject: Subject) -> None:
    is_known = _is_kept(subject)
    if not _put([(label, subject)]):
        return
    if is_known:
        say(message("This one is now a {label}; see My digits.", label=label))
    else:
        say(message("Kept as a {label}; see My digits.", label=label))
    _go_on(subject)


def _keep_as_read(record: RunRecord, subject: Subject) -> None:
    """Keep each digit under the label that the network reads, but for those that look like none."""
    try:
        predictions = read_several(record, [digit.picture for digit in subject.digits])
    except (LabError, OSError):
        # What is wrong is said where the prediction is shown.
        return
    read = [
        (prediction.best, digit)
        for prediction, digit in zip(predictions, subject.digits, strict=True)
        if prediction.verdict != "none"
    ]
    if not read:
        say(message("None of them looks like a digit, so none is kept."))
        return
    if not _put(read):
        return
    if len(read) < len(predictions):
        say(
            message(
                "{kept} of {count} digits kept; the others look like no digit. See My digits.",
                kept=len(read),
                count=len(predictions),
            )
        )
    else:
        say(plural("{count} digit kept; see My digits.", "{count} digits kept; see My digits.", len(read)))
    _go_on(subject)


def _put(labelled: Sequence[tuple[int, Subject]]) -> bool:
    """Keep these digits, all or none; says why there is no room for them."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    digits = my_digits()
    try:
        for label, digit in labelled:
            digits = keep(digits, make_digit(label, digit.picture, digit.strokes, now))
    except CollectionError as error:
        say(error.message)
        return False
    put_digits(digits)
    return True


def _go_on(subject: Subject) -> None:
    """Look at the next digit that is not kept; where there is none, clear the canvas for the next drawing."""
    count = len(subject.digits)
    others = [(subject.place + step) % count for step in range(1, count)]
    left = next((place for place in others if not _is_kept(subject.digits[place])), None)
    if left is not None:
        look_at(left)
    elif subject.strokes and st.session_state.get(CLEAR, True):
        clear_canvas()
        look_at(0)


def _is_kept(digit: Subject) -> bool:
    return find(my_digits(), digit.picture) is not None
