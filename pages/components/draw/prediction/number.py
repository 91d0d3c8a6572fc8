"""A number of several digits: finding them in the drawing, predicting all at once, choosing one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from core.errors import DrawingError, LabError
from core.ink.joined import Pieces, separate_digits
from core.ink.rendering import Picture, Stroke
from core.learners.base import Probabilities
from core.runs.record import RunRecord
from core.uncertainty.detector import digit_shares
from pages.components.draw.prediction.ask import is_ready, read_several
from pages.components.draw.prediction.number_view import MOST_CARDS, cards_html, number_html, short_place_name
from pages.components.draw.subject import Subject
from pages.components.shell.component import Component
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr

_COMPONENT = Component("mnist_lab_number_cards", Path(__file__).parent / "web" / "number_cards.js")
# The place of the digit that is looked at closer. The script knows the name.
_PLACE = "digit"
# The place that is looked at from the next run on.
_NEXT = "digit_next"
_STYLE = "<style>.st-key-number_cards { display: none; }</style>"
# A long row of buttons is for the keyboard: it is seen while the Tab key has come to it.
_MANY_STYLE = "<style>.st-key-digit:not(:focus-within) { position: absolute; clip-path: inset(50%); }</style>"


def find_digits(strokes: Sequence[Stroke]) -> Pieces:
    """The digits, with strokes cut that hold several. Raises DrawingError where there are too many."""

    def judge(pictures: Picture) -> Probabilities:
        return job_queue().compute.call(digit_shares, pictures)

    try:
        # While the compute process starts, the strokes' positions alone decide, so that the page need not wait.
        return separate_digits(strokes, judge if is_ready() else None)
    except DrawingError:
        raise
    except (LabError, OSError):
        # What is wrong with the compute process is shown where the digits are predicted.
        return separate_digits(strokes)


def as_one(digits: Sequence[Subject]) -> Subject:
    """The digit that is looked at closer, with all the others."""
    chosen = st.session_state.pop(_NEXT, st.session_state.get(_PLACE))
    place = min(chosen or 0, len(digits) - 1)
    return replace(digits[place], parts=tuple(digits), place=place)


def look_at(place: int) -> None:
    """Look at this digit closer from the next run on."""
    st.session_state[_NEXT] = place


def read_number(record: RunRecord, subject: Subject) -> tuple[str, str]:
    """The predictions for all digits as HTML, and the cards of all digits, empty where these are few.

    Raises LabError, OSError.
    """
    predictions = read_several(record, [digit.picture for digit in subject.parts])
    shown = predictions, subject.parts, subject.place
    return number_html(*shown), cards_html(*shown) if len(predictions) > MOST_CARDS else ""


def choose_digit(subject: Subject) -> None:
    """The choice of the digit that is looked at closer: a row of buttons, and a click on a digit's card."""
    st.session_state[_PLACE] = subject.place
    st.segmented_control(
        tr("Digit to look closer at"),
        range(len(subject.parts)),
        key=_PLACE,
        persist_state="session",
        required=True,
        format_func=lambda place: short_place_name(subject.parts, place),
    )
    st.html(_STYLE if len(subject.parts) <= MOST_CARDS else _STYLE + _MANY_STYLE)
    _COMPONENT(key="number_cards")
