"""One sweep as it goes on: where it stands, buttons that steer it, its map, its best cell, and any cell's run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.charts.sweep import sweep_data
from core.errors import LabError
from core.execution.executors import Workers
from core.runs.control_file import read_command
from core.runs.record import FAILED
from core.settings import data_root
from core.sweep.estimate import seconds_left, speed_of_similar
from core.sweep.records import Sweep, Trial, best_trial
from core.sweep.search_space import SearchSpace
from core.sweep.trend import find_trends
from core.texts.message import Message, join, message, plural
from pages.components.charts.cell_chart import Cell, show_cell_chart
from pages.components.charts.sweep import sweep_chart
from pages.components.shell.errors import callback, fragment, open_dialog
from pages.components.shell.services import open_runs, run_store
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.visitor import current_visitor
from pages.components.shell.wording import about, percent
from pages.components.sweep.picker import forget_sweep
from pages.components.sweep.services import sweep_manager, sweep_store

_REFRESH_SECONDS = 1.0
# What went wrong with the last request, a LabError that is shown once.
SWEEP_ERROR_KEY = "sweep_error"
_FAILURES_SHOWN = 3
# Width of a column of the map in pixels where there is room.
_WIDEST = 150
# Width of a column in pixels below which the map is scrolled.
_NARROWEST = 48
# Height of a row in pixels, of a map with few rows.
_HIGH_ROW = 64
# Height of a row in pixels, of every other map.
_LOW_ROW = 40
_FEW_ROWS = 8
# Height of the names below the map in pixels.
_LOWER_AXIS = 60
# Width of the names left of the map in pixels.
_LEFT_AXIS = 70

_STYLE = """
<style>
.st-key-sweep_map { max-width: %dpx; overflow-x: auto; }
.st-key-sweep_map > div { min-width: %dpx; }
</style>
"""


def show_sweep(sweep: Sweep, workers: Workers) -> None:
    """Draw the sweep, again and again while it runs. workers: those that train it when it is resumed."""
    is_running = sweep_manager().is_running(sweep)
    # A fragment's timer is fixed when the page runs, so the page runs again once the sweep has ended.
    fragment(_draw, run_every=_REFRESH_SECONDS if is_running else None)(sweep, workers, is_running)


def show_preview(space: SearchSpace) -> None:
    """Draw the map of a sweep that has not been started."""
    trials = [Trial(number, config) for number, config in enumerate(space.cells())]
    _map(space, trials, "cell_of_preview")


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
    _best(sweep, trials)
    _map(sweep.space, trials, _choice_key(sweep))
    st.caption(tr("Validation accuracy in per cent. ★ best · … training · ✕ failed · ‖ cut short"))
    _failures(sweep, trials)
    _trends(sweep, trials)
    _cell(sweep, trials)


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
        if not is_running and _is_own(sweep) and st.button(tr("Delete"), icon=":material/delete:", type="tertiary"):
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


def _map(space: SearchSpace, trials: Sequence[Trial], choice_key: str) -> None:
    """Draw the map; a click keeps the cell's number in the session under `choice_key`."""
    data = sweep_data(space, trials)
    n_rows, n_columns = len(data.rows.names), len(data.columns.names)

    def choose(cell: Cell | None) -> None:
        st.session_state[choice_key] = None if cell is None else cell[0] * n_columns + cell[1]

    widest, narrowest = (width * n_columns + _LEFT_AXIS for width in (_WIDEST, _NARROWEST))
    st.html(_STYLE % (widest, narrowest))
    chosen = st.session_state.get(choice_key)
    show_cell_chart(
        sweep_chart(data),
        "sweep_map",
        n_columns,
        None if chosen is None else divmod(chosen, n_columns),
        choose,
        alt=tr_plain("Validation accuracy of each cell in per cent"),
        height=(_HIGH_ROW if n_rows <= _FEW_ROWS else _LOW_ROW) * n_rows + _LOWER_AXIS,
    )


def _failures(sweep: Sweep, trials: Sequence[Trial]) -> None:
    failed = [trial for trial in trials if trial.status == FAILED]
    for trial in failed[:_FAILURES_SHOWN]:
        cell = sweep.space.describe(trial.number)
        st.caption(tr(":material/error: {cell}: {reason}", cell=cell, reason=trial.reason))
    if len(failed) > _FAILURES_SHOWN:
        more = plural(
            "{count} more has failed; choose a cell to see why.",
            "{count} more have failed; choose a cell to see why.",
            len(failed) - _FAILURES_SHOWN,
        )
        st.caption(tr(more))


def _choice_key(sweep: Sweep) -> str:
    return f"cell_of_{sweep.id}"


def _best(sweep: Sweep, trials: Sequence[Trial]) -> None:
    best = best_trial(trials)
    if best is None or best.record is None or best.record.result is None:
        return
    is_complete = all(trial.is_settled for trial in trials)
    cell = sweep.space.describe(best.number)
    st.markdown(tr("**Best cell**: {cell}", cell=cell) if is_complete else tr("**Best so far**: {cell}", cell=cell))
    with st.container(horizontal=True, gap="medium"):
        st.metric(tr("Validation accuracy"), percent(best.val_accuracy), width="content")
        st.metric(
            tr("Test accuracy"),
            percent(best.record.result.test_accuracy) if is_complete else "–",
            width="content",
            help=tr("Shown for the best cell alone, and only once every cell has its result: nothing is chosen by it."),
        )


def _trends(sweep: Sweep, trials: Sequence[Trial]) -> None:
    for trend in find_trends(sweep.space, trials):
        st.markdown(tr(trend.describe()))


def _cell(sweep: Sweep, trials: Sequence[Trial]) -> None:
    """Draw the choice of a cell for keyboards, and links to its run."""
    number = st.selectbox(
        tr("Cell"),
        range(len(trials)),
        index=None,
        key=_choice_key(sweep),
        format_func=lambda number: tr_plain(_cell_label(sweep, trials[number])),
        placeholder=tr_plain("Click a cell of the map, or choose one here"),
    )
    if number is None:
        return
    trial = trials[number]
    if trial.reason:
        st.error(tr(trial.reason), icon=":material/error:")
    if trial.record is None:
        st.caption(tr("This network waits for its turn."))
        return
    with st.container(horizontal=True, gap="medium"):
        _link(trial, "train", tr("Open its run"), ":material/open_in_full:")
        if trial.record.can_predict:
            _link(trial, "draw", tr("Draw for it"), PAGES["draw"].icon)
            _link(trial, "evaluate", tr("See its mistakes"), PAGES["evaluate"].icon)


def _link(trial: Trial, page: str, label: str, icon: str) -> None:
    assert trial.record is not None
    st.page_link(f"pages/{page}.py", label=label, icon=icon, query_params={"run": trial.record.id})


def _cell_label(sweep: Sweep, trial: Trial) -> Message:
    share = trial.val_accuracy
    result = trial.status_words if share is None else message("{share:.2%}", share=share)
    return join([sweep.space.describe(trial.number), result], " · ")
