"""What the teacher alone can do with the class: close it, remove a pupil, clear it."""

from __future__ import annotations

import streamlit as st

from core.classroom.classroom import Roll
from pages.components.classroom.services import classroom
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_plain

_OPEN, _PUPIL = "class_open", "class_pupil"


def show_teacher_tools(roll: Roll) -> None:
    """Draw them behind one button."""
    with st.popover(tr("Manage the class"), icon=":material/manage_accounts:"):
        st.session_state[_OPEN] = not classroom().is_closed
        st.toggle(tr("Pupils can join"), key=_OPEN, on_change=callback(_open_or_close))
        if roll.members:
            _offer_removal(roll)
        # Files that cannot be read are of no pupil that could be removed.
        if roll.members or roll.damaged:
            _offer_clearing(roll)


def _offer_removal(roll: Roll) -> None:
    nicknames = {member.owner: member.nickname for member in roll.members}
    owner = st.selectbox(
        tr("Remove a pupil"),
        list(nicknames),
        index=None,
        format_func=nicknames.__getitem__,
        key=_PUPIL,
        placeholder=tr_plain("Choose a pupil"),
    )
    if owner is not None:
        st.caption(tr("The nickname and the digits handed in are deleted. The pupil’s runs stay."))
        st.button(
            tr("Remove {name}", name=nicknames[owner]),
            icon=":material/person_remove:",
            key="remove_pupil",
            on_click=callback(_remove),
            args=(owner,),
        )


def _offer_clearing(roll: Roll) -> None:
    is_sure = st.checkbox(
        tr("Clear the class: delete all nicknames and all digits handed in"),
        key=f"clear_sure_{len(roll.members)}",
    )
    st.button(
        tr("Clear the class"),
        icon=":material/delete_forever:",
        key="clear_class",
        disabled=not is_sure,
        on_click=callback(_clear),
    )


def _open_or_close() -> None:
    classroom().set_closed(not st.session_state[_OPEN])


def _remove(owner: str) -> None:
    classroom().remove(owner)


def _clear() -> None:
    classroom().clear()
