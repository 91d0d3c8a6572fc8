"""Train a grid of networks and see which settings do best."""

import streamlit as st

from core.errors import LabError
from core.execution.executors import Workers
from core.settings import data_root
from core.sweep.search_space import SearchSpace
from pages.components.data.data_gate import require_dataset
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import tr
from pages.components.sweep.form import choose_embedded_digits, choose_space, choose_workers, show_size, sweep_name
from pages.components.sweep.picker import pick_sweep, remember_sweep
from pages.components.sweep.services import sweep_manager, sweep_store
from pages.components.sweep.view import SWEEP_ERROR_KEY, show_preview, show_sweep

enter()


def start(space: SearchSpace, workers: Workers) -> None:
    """Begin a sweep and show it."""
    try:
        sweep = sweep_manager().start(space, sweep_name(), data_root(), workers)
    except LabError as error:
        st.session_state[SWEEP_ERROR_KEY] = error
    else:
        remember_sweep(sweep.id)


def new_sweep() -> tuple[SearchSpace | None, Workers]:
    """The form and its Start button; returns what it describes."""
    space = choose_space()
    workers = choose_workers()
    if space:
        if not require_dataset(space.base.dataset, choose_embedded_digits):
            return space, workers
        show_size(space, workers)
    # Not a callback: it would be given the form of the page's run before, without what was just typed.
    starts = st.button(
        tr("Start"),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=sweep_manager().is_busy or space is None,
        help=tr("One sweep at a time.") if sweep_manager().is_busy else None,
    )
    if starts and space:
        start(space, workers)
        st.rerun()
    return space, workers


def current_sweep(space: SearchSpace | None, workers: Workers) -> None:
    """The chosen sweep, live; before the first one, what the form describes."""
    for folder, reason in sweep_store().damaged().items():
        text = tr(":material/warning: The sweep {folder} cannot be read: {reason}", folder=folder, reason=reason)
        st.caption(text)
    sweep = pick_sweep()
    if sweep is None:
        st.info(
            tr(
                "A sweep trains one network for each pair of values and maps how well they do. Start one, "
                "and watch the map fill. Each network is a run like any other."
            ),
            icon=":material/grid_on:",
        )
        if space:
            show_preview(space)
    else:
        show_sweep(sweep, workers)


left, right = st.columns([1, 2.2], gap="large")
with left:
    described = new_sweep()
with right:
    current_sweep(*described)
