"""A pupil's own part in the class: the nickname, the hand-in, and the way out."""

from __future__ import annotations

import streamlit as st

from core.classroom.members import Member
from pages.components.classroom.services import classroom
from pages.components.draw.my_digits.hand_in import show_hand_in
from pages.components.draw.my_digits.session import keep_digits_in_tab
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr


def show_membership(me: Member) -> None:
    """Draw it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(tr("You are **{name}**.", name=me.nickname), width="content")
        with st.popover(tr("Leave"), icon=":material/logout:", type="tertiary"):
            st.markdown(tr("Your nickname and the digits that you have handed in are deleted. Your runs stay yours."))
            st.button(tr("Leave the class"), key="leave_class", on_click=callback(_leave))
        with st.container(width="stretch"):
            show_hand_in()
    keep_digits_in_tab("_class")


def _leave() -> None:
    classroom().leave()
