"""What a visitor can ask of a run: to pause, to go on, to stop, to learn at another rate, to resume or begin again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import LabError
from core.runs.control_file import read_command
from core.runs.history import History
from core.runs.record import MEASURING, PAUSED, RUNNING, RunRecord
from core.settings import data_root
from pages.components.shell.errors import callback, open_dialog
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr

# Why the last request was refused, a message; kept until the next request.
_ERROR_KEY = "run_error"
# After a divergence the learning rate offered is the last one divided by this.
_LR_DIVISOR = 10
_RESUME_ICON, _RESTART_ICON = ":material/replay:", ":material/restart_alt:"


def request(action: Callable[[], object]) -> None:
    """Do what was asked. Why it is refused is kept for `show_refusal`."""
    st.session_state.pop(_ERROR_KEY, None)
    try:
        action()
    except LabError as error:
        st.session_state[_ERROR_KEY] = error.message


def show_refusal() -> None:
    """Say why the last request was refused, if it was."""
    if error := st.session_state.get(_ERROR_KEY):
        st.error(tr(error), icon=":material/error:")


def show_steering(record: RunRecord, history: History) -> None:
    """The buttons for a run that is active, and the learning rate that it has been asked to go on with."""
    jobs, status = job_queue(), record.state.status
    with st.container(horizontal=True, vertical_alignment="center"):
        if status == PAUSED:
            _button(tr("Continue"), ":material/play_arrow:", jobs.proceed, record, is_main=True)
        else:
            _button(tr("Pause"), ":material/pause:", jobs.pause, record, is_possible=status == RUNNING)
        _button(tr("Stop"), ":material/stop:", jobs.stop, record, is_possible=status != MEASURING)
        asked = _asked_lr(record, history)
        _lr_popover(record, history, asked)
        # In training it is followed at once.
        if asked and status != RUNNING:
            st.caption(_asked_text(asked), width="content")


def _lr_popover(record: RunRecord, history: History, asked: float | None) -> None:
    key, popover_key = f"lr_{record.id}", f"lr_popover_{record.id}"
    # The session knows whether it is open, so that Apply can close it.
    with st.popover(tr("Learning rate"), icon=":material/speed:", key=popover_key, on_change="rerun"):
        with st.form(f"lr_form_{record.id}", border=False):
            _lr_field(record.config.lr, key)
            st.form_submit_button(tr("Apply"), on_click=callback(_set_lr), args=(record.id, key, popover_key))
        if asked or history.lr_changes:
            st.caption(_asked_text(asked) if asked else tr("It is {lr:g} now.", lr=_base_lr(record, history)))


def _asked_text(lr: float) -> str:
    return tr("Base learning rate {lr:g} from the next step on.", lr=lr)


def _asked_lr(record: RunRecord, history: History) -> float | None:
    """The base learning rate that the run was asked for and does not have yet."""
    asked = read_command(record.path).lr
    return None if asked == _base_lr(record, history) else asked


def _base_lr(record: RunRecord, history: History) -> float:
    return history.lr_changes[-1].lr if history.lr_changes else record.config.lr


def show_resumption(record: RunRecord, history: History) -> None:
    """The buttons for a run that was cut short; after a divergence with another learning rate to go on with."""
    if not record.can_resume:
        return
    if record.state.has_diverged:
        _offer_other_lr(record, history)
    with st.container(horizontal=True):
        if not record.state.has_diverged:
            st.button(tr("Resume"), icon=_RESUME_ICON, type="primary", on_click=callback(_resume), args=(record.id,))
        # Without a checkpoint the run begins from its configuration when it is resumed.
        if record.checkpoint_file.is_file() and st.button(tr("Begin again"), icon=_RESTART_ICON):
            restart_dialog(record)


def restart_dialog(record: RunRecord) -> None:
    """Ask whether the run is to begin again from its configuration, and let it."""
    text = tr(
        "What “{name}” has learned, its results and its curves will be gone for good. Its settings stay.",
        name=record.name,
    )
    ask_first(
        tr("Begin the run again?"),
        text,
        tr("Begin again"),
        _RESTART_ICON,
        lambda: job_queue().restart(record.id, data_root()),
    )


def _offer_other_lr(record: RunRecord, history: History) -> None:
    lr = _base_lr(record, history)
    key = f"resume_lr_{record.id}_{lr:g}"
    with (
        st.form(f"resume_form_{record.id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        _lr_field(lr / _LR_DIVISOR, key)
        st.form_submit_button(
            tr("Resume"), icon=_RESUME_ICON, type="primary", on_click=callback(_resume), args=(record.id, key)
        )


def ask_first(title: str, text: str, label: str, icon: str, action: Callable[[], object]) -> None:
    """Open a dialog that does something only when its button is pressed."""

    def draw() -> None:
        st.write(text)
        with st.container(horizontal=True):
            if st.button(label, icon=icon, key="do_it"):
                try:
                    action()
                except LabError as error:
                    st.error(tr(error))
                else:
                    st.rerun()
            if st.button(tr("Keep it"), type="primary"):
                st.rerun()

    open_dialog(title, draw)


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
        on_click=callback(request),
        args=(lambda: action(record.id),),
    )


def _lr_field(lr: float, key: str) -> None:
    st.number_input(
        tr("Base learning rate from now on"),
        value=lr,
        step=lr / 2,
        format="%g",
        key=key,
        help=tr("The schedule multiplies it."),
    )


def _set_lr(run_id: str, key: str, popover_key: str) -> None:
    request(lambda: job_queue().set_lr(run_id, st.session_state[key]))
    # It covers what stands below: the curves, or why the rate was refused.
    st.session_state[popover_key] = False


def _resume(run_id: str, lr_key: str = "") -> None:
    request(lambda: job_queue().resume(run_id, data_root(), st.session_state[lr_key] if lr_key else None))
