"""What a visitor can ask of a run in training: to wait, to go on, to stop, to learn at another rate."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import LabError
from core.runs.record import MEASURING, PAUSED, RUNNING, RunRecord
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr

# What went wrong with the last request; shown until the next one.
RUN_ERROR_KEY = "run_error"


def request(action: Callable[[], object]) -> None:
    """Do what was asked. What goes wrong is kept, to be shown in the page."""
    st.session_state.pop(RUN_ERROR_KEY, None)
    try:
        action()
    except LabError as error:
        st.session_state[RUN_ERROR_KEY] = tr(error)


def show_steering(record: RunRecord) -> None:
    """The buttons for a run that is active."""
    jobs, status = job_queue(), record.state.status
    with st.container(horizontal=True, vertical_alignment="center"):
        if status == PAUSED:
            _button("Continue", ":material/play_arrow:", jobs.proceed, record, is_main=True)
        else:
            _button("Pause", ":material/pause:", jobs.pause, record, is_possible=status == RUNNING)
        _button("Stop", ":material/stop:", jobs.stop, record, is_possible=status != MEASURING)
        with st.popover("Learning rate", icon=":material/speed:"), st.form(f"lr_form_{record.id}", border=False):
            st.number_input(
                "Base learning rate from now on",
                value=record.config.lr,
                step=record.config.lr / 2,
                format="%g",
                key=_lr_key(record),
                help="The schedule multiplies it.",
            )
            st.form_submit_button("Apply", on_click=_set_lr, args=(record,))


def _button(
    label: str,
    icon: str,
    action: Callable[[str], None],
    record: RunRecord,
    is_main: bool = False,
    is_possible: bool = True,
) -> None:
    st.button(
        label,
        icon=icon,
        type="primary" if is_main else "secondary",
        disabled=not is_possible,
        on_click=request,
        args=(lambda: action(record.id),),
    )


def _set_lr(record: RunRecord) -> None:
    request(lambda: job_queue().set_lr(record.id, st.session_state[_lr_key(record)]))


def _lr_key(record: RunRecord) -> str:
    return f"lr_{record.id}"
