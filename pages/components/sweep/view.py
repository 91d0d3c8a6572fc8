"""One sweep as it goes on: where it stands, buttons that steer it, and its results."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.errors import LabError
from core.execution.executors import Workers
from core.runs.control_file import read_command
from core.runs.record import FAILED
from core.settings import data_root
from core.sweep.cells import gather_cells
from core.sweep.estimate import seconds_left, speed_of_similar
from core.sweep.records import Sweep, Trial
from core.sweep.search_space import SearchSpace
from core.texts.message import join, message, plural
from pages.components.shell.errors import callback, fragment, open_dialog
from pages.components.shell.presenter import form_key
from pages.components.shell.services import open_runs, run_store
from pages.components.shell.texts import tr
from pages.components.shell.visitor import current_visitor
from pages.components.shell.wording import about
from pages.components.sweep.picker import forget_sweep
from pages.components.sweep.results import draw_map, draw_results
from pages.components.sweep.services import sweep_manager, sweep_store

_REFRESH_SECONDS = 1.0
# What went wrong with the last request, a LabError that is shown once.
SWEEP_ERROR_KEY = "sweep_error"


def show_sweep(sweep: Sweep, workers: Workers) -> None:
    """Draw the sweep, again and again while it runs. workers: those that train it when it is resumed."""
    is_running = sweep_manager().is_running(sweep)
    # A fragment's timer is fixed when the page runs, so the page runs again once the sweep has ended.
    fragment(_draw, run_every=_REFRESH_SECONDS if is_running else None)(sweep, workers, is_running)


def show_preview(space: SearchSpace) -> None:
    """Draw the map of a sweep that has not been started."""
    trials = [Trial(number, config) for number, config in enumerate(space.runs())]
    draw_map(space, gather_cells(space, trials), "cell_of_preview")


def _draw(sweep: Sweep, workers: Workers, was_running: bool) -> None:
    is_running = sweep_manager().is_running(sweep)
    if is_running != was_running:
        st.rerun()
    open_runs().note(sweep.id)
    trials = sweep_store().trials(sweep)
    _head(sweep, trials, is_running)
    _say_what_went_wrong(sweep)
    _progress(sweep, trials, is_running)
    _buttons(sweep, trials, workers, is_running)
    draw_results(sweep, trials)


def _head(sweep: Sweep, trials: Sequence[Trial], is_running: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(tr("{name}", name=sweep.name), anchor=False, width="content")
        if is_running and _is_stopping(sweep):
            st.badge(tr("Stopping"), color="orange", icon=":material/stop:")
        elif is_running:
            st.badge(tr("Running"), color="blue", icon=":material/play_arrow:")
        elif all(trial.is_settled for trial in trials):
            st.badge(tr("Finished"), color="green", icon=":material/check:")
        else:
            st.badge(tr("Stopped"), color="gray", icon=":material/stop:")
        if not is_running and _is_own(sweep):
            with st.container(key=form_key("delete_sweep"), width="content"):
                if st.button(tr("Delete"), icon=":material/delete:", type="tertiary"):
                    _delete_dialog(sweep, sum(trial.record is not None for trial in trials))


def _say_what_went_wrong(sweep: Sweep) -> None:
    for error in (st.session_state.pop(SWEEP_ERROR_KEY, None), sweep_manager().error(sweep.id)):
        if error:
            st.error(tr(error), icon=":material/error:")


def _progress(sweep: Sweep, trials: Sequence[Trial], is_running: bool) -> None:
    settled = sum(trial.is_settled for trial in trials)
    if not is_running and settled == len(trials):
        return
    done = sum(1.0 if trial.is_settled else trial.progress for trial in trials)
    parts = [
        plural("{settled} of {count} network done", "{settled} of {count} networks done", len(trials), settled=settled)
    ]
    if is_running:
        speed = speed_of_similar(run_store().all(), sweep.space.base.arch) if not settled else None
        left = seconds_left(trials, speed)
        unknown = message("time left is known once the first is done")
        parts.append(unknown if left is None else message("{time} left", time=about(left)))
    st.progress(done / len(trials), text=tr(join(parts, " · ")))


def _is_own(sweep: Sweep) -> bool:
    return current_visitor().may_change(sweep.owner)


def _buttons(sweep: Sweep, trials: Sequence[Trial], workers: Workers, is_running: bool) -> None:
    if not _is_own(sweep):
        st.caption(tr(":material/lock: It belongs to another visitor: you can look at it but not change it."))
        return
    if is_running:
        st.button(
            tr("Stop"), icon=":material/stop:", disabled=_is_stopping(sweep), on_click=callback(_stop), args=(sweep,)
        )
        return
    has_failed = any(trial.status == FAILED for trial in trials)
    with st.container(horizontal=True):
        if not all(trial.is_settled for trial in trials) and st.button(
            tr("Resume"), icon=":material/replay:", type="primary"
        ):
            _resume(sweep, workers, retry_failed=False)
        if has_failed and st.button(tr("Try the failed ones again"), icon=":material/replay:"):
            _resume(sweep, workers, retry_failed=True)


def _stop(sweep: Sweep) -> None:
    try:
        sweep_manager().stop(sweep)
    except LabError as error:
        st.session_state[SWEEP_ERROR_KEY] = error


def _delete_dialog(sweep: Sweep, n_runs: int) -> None:
    question = plural(
        "“{name}” and its {count} run will be gone for good.",
        "“{name}” and its {count} runs will be gone for good.",
        n_runs,
        name=sweep.name,
    )

    def draw() -> None:
        st.write(tr(question))
        with st.container(horizontal=True):
            delete = st.button(
                tr("Delete"),
                key="delete_sweep",
                type="primary",
                icon=":material/delete:",
                on_click=callback(_delete),
                args=(sweep,),
            )
            if st.button(tr("Keep it")) or delete:
                st.rerun()

    open_dialog(tr("Delete the sweep?"), draw)


def _delete(sweep: Sweep) -> None:
    try:
        sweep_store().delete(sweep)
        forget_sweep()
    except LabError as error:
        st.session_state[SWEEP_ERROR_KEY] = error


def _is_stopping(sweep: Sweep) -> bool:
    return read_command(sweep.path).action == "stop"


def _resume(sweep: Sweep, workers: Workers, retry_failed: bool) -> None:
    try:
        sweep_manager().resume(sweep.id, data_root(), workers, retry_failed)
    except LabError as error:
        st.session_state[SWEEP_ERROR_KEY] = error
    st.rerun()
