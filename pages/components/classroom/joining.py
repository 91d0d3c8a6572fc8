"""Joining the class: its code and a nickname, once."""

from __future__ import annotations

import streamlit as st

from core.classroom.members import NICKNAME_LENGTH
from core.errors import LabError
from pages.components.classroom.services import classroom
from pages.components.shell.address import drop, take
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_plain

# The parameter of the address in which the teacher's link has the code.
CODE = "class"
_CODE, _NICKNAME, _PROBLEM = "class_code", "class_nickname", "class_problem"


def show_joining() -> None:
    """Draw the form."""
    if shown := take(CODE):
        st.session_state[_CODE] = shown
        drop(CODE)
    if classroom().is_closed:
        st.info(tr("The class is closed: nobody can join it now. Ask the teacher."), icon=":material/lock:")
        return
    with st.form("join_class", width=480):
        st.text_input(tr("Class code"), key=_CODE, autocomplete="off", persist_state="session")
        st.text_input(
            tr("Nickname"),
            key=_NICKNAME,
            max_chars=NICKNAME_LENGTH,
            autocomplete="off",
            placeholder=tr_plain("Not your real name"),
            persist_state="session",
        )
        st.form_submit_button(tr("Join the class"), type="primary", icon=":material/login:", on_click=callback(_join))
    if problem := st.session_state.get(_PROBLEM):
        st.error(tr(problem), icon=":material/error:")
    st.caption(
        tr("The class sees your nickname, the runs that you begin from now on, and the digits that you hand in.")
    )


def _join() -> None:
    st.session_state.pop(_PROBLEM, None)
    try:
        classroom().join(st.session_state.get(_CODE) or "", st.session_state.get(_NICKNAME) or "")
    except LabError as error:
        st.session_state[_PROBLEM] = error.message
