"""What is on the board draws itself again whenever something has changed, so that a room sees what its pupils do."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVarTuple

import streamlit as st

from core.classroom.classroom import Roll
from pages.components.classroom.services import classroom
from pages.components.shell.errors import fragment

Ts = TypeVarTuple("Ts")

# Seconds between two looks: for the room's one projector, and for each of thirty pupils' own screens.
_TEACHER_SECONDS, _PUPIL_SECONDS = 2.0, 5.0


def show_live(
    draw: Callable[[Roll, *Ts], None], *args: *Ts, state: Callable[[Roll], Hashable] = lambda _: None
) -> None:
    """Draw a part of the board, and again once what it shows has changed.

    A look alone costs little; so thirty screens may look, and draw only what is new.

    draw: takes the class as it is now, and these arguments. state: what it depends on besides members and hand-ins.
    """
    roll = classroom().roll()
    # Before it is drawn: what changes meanwhile is then found by the next look.
    shown = roll.version, state(roll)
    draw(roll, *args)
    seconds = _TEACHER_SECONDS if classroom().is_teacher else _PUPIL_SECONDS
    fragment(_look, run_every=seconds)(shown, state)


def _look(shown: tuple[Hashable, Hashable], state: Callable[[Roll], Hashable]) -> None:
    room = classroom()
    # The page of a pupil whom the teacher has removed says how to join.
    if not room.is_teacher and room.me() is None:
        st.rerun()
    roll = room.roll()
    if (roll.version, state(roll)) != shown:
        st.rerun()
