"""Handing in one's own digits to the class, for its members."""

from __future__ import annotations

import streamlit as st

from core.classroom.hand_ins import HandIn
from core.teaching.collection import MyDigits
from core.texts.message import Message, message, plural
from pages.components.classroom.services import classroom
from pages.components.draw.my_digits.session import my_digits
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr


def show_hand_in() -> None:
    """Draw the button and what has been handed in; nothing for a visitor who is no member of a class."""
    room = classroom()
    if not room.is_there or room.me() is None:
        return
    digits, handed_in = my_digits(), room.own_hand_in()
    is_done = handed_in is not None and _key(handed_in.digits) == _key(digits)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            tr(plural("Hand in {count} digit", "Hand in {count} digits", len(digits))) if digits else tr("Hand in"),
            type="primary" if digits and not is_done else "secondary",
            icon=":material/outbox:",
            key="hand_in",
            disabled=not digits or is_done,
            on_click=callback(_hand_in),
        )
        if handed_in:
            st.button(tr("Take back"), icon=":material/undo:", key="take_back", on_click=callback(_take_back))
        st.caption(tr(_describe(digits, handed_in, is_done)), width="stretch")


def _describe(digits: MyDigits, handed_in: HandIn | None, is_done: bool) -> Message:
    if handed_in is None:
        if digits:
            return message("The class does not have your digits yet.")
        return message("Draw digits on the Draw page and keep them; then hand them in here.")
    count = len(handed_in.digits)
    if is_done or not digits:
        return plural("The class has {count} digit of yours.", "The class has {count} digits of yours.", count)
    return plural(
        "The class has {count} digit of yours. Handing in again replaces it.",
        "The class has {count} digits of yours. Handing in again replaces them.",
        count,
    )


def _hand_in() -> None:
    classroom().hand_in(my_digits())


def _take_back() -> None:
    classroom().take_back()


def _key(digits: MyDigits) -> list[tuple[int, bytes]]:
    return [(digit.label, digit.picture.tobytes()) for digit in digits]
