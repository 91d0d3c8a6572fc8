"""The class: what its pupils have trained and drawn, on one board."""

import streamlit as st

from core.classroom.classroom import Classroom, Roll
from pages.components.classroom.joining import show_joining
from pages.components.classroom.membership import show_membership
from pages.components.classroom.services import classroom
from pages.components.classroom.teacher_tools import show_teacher_tools
from pages.components.classroom.views import VIEWS
from pages.components.shell.address import choose_by_address
from pages.components.shell.presenter import form_key
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import tr

enter()


def show_board(room: Classroom, first: str, roll: Roll | None = None) -> None:
    """Draw the choice of a view and the chosen one.

    first: shown where none is chosen. roll: the class, for the teacher, who can change it.
    """
    offered = {name: view for name, view in VIEWS.items() if room.is_teacher or not view.is_teachers}
    # Not hidden while presenting: a room goes from view to view.
    with st.container(horizontal=True, vertical_alignment="center"):
        if roll:
            with st.container(width="content", key=form_key("teacher")):
                show_teacher_tools(roll)
        name = choose_by_address("board", tr("View"), offered, first, VIEWS, label_visibility="collapsed")
    offered[name or first].show()


room = classroom()
if not room.is_there:
    st.info(tr("There is no class here now: its operator has set no class code."), icon=":material/groups_3:")
elif room.is_teacher:
    roll = room.roll()
    for problem in roll.damaged:
        st.warning(tr(problem), icon=":material/broken_image:")
    show_board(room, "join", roll)
elif me := room.me():
    with st.container(key=form_key("membership")):
        show_membership(me)
    show_board(room, "runs")
else:
    show_joining()
