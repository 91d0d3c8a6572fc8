"""Train a grid of networks and see which settings do best."""

import streamlit as st

from core.errors import LabError
from core.execution.executors import Workers
from core.settings import data_root
from core.sweep.search_space import SearchSpace
from pages.components.data.start import Start
from pages.components.shell.presenter import form_key
from pages.components.shell.reveal import reveal
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import tr
from pages.components.shell.uninterrupted import uninterrupted
from pages.components.sweep.damaged import show_damaged
from pages.components.sweep.form import (
    choose_embedded_digits,
    choose_recipe,
    draw_settings,
    draw_workers,
    read_space,
    read_workers,
    sweep_name,
)
from pages.components.sweep.picker import pick_sweep, remember_sweep
from pages.components.sweep.services import sweep_manager
from pages.components.sweep.size import show_size
from pages.components.sweep.view import SWEEP_ERROR_KEY, show_preview, show_sweep

enter()

START = Start("sweep_", choose_embedded_digits)


def start(space: SearchSpace, workers: Workers) -> None:
    """Begin a sweep and show it."""
    try:
        sweep = sweep_manager().start(space, sweep_name(space), data_root(), workers)
    except LabError as error:
        st.session_state[SWEEP_ERROR_KEY] = error
    else:
        remember_sweep(sweep.id)


def new_sweep() -> SearchSpace | None:
    """The form with its Start button; returns what it describes."""
    choose_recipe()
    described = read_space()
    space = described if isinstance(described, SearchSpace) else None
    is_busy = sweep_manager().is_busy
    dataset = space.base.dataset if space else None
    # What was asked for is forgotten before it is done, so that it is done once.
    with uninterrupted():
        is_asked = START.draw(dataset, is_busy, tr("One sweep at a time.") if is_busy else None)
        if is_asked and space:
            start(space, read_workers())
    if is_asked:
        st.rerun()
    if isinstance(described, SearchSpace):
        show_size(described, read_workers())
    else:
        st.error(tr(described), icon=":material/error:")
    draw_settings(described)
    draw_workers()
    return space


def current_sweep(space: SearchSpace | None) -> None:
    """The chosen sweep, live; before the first one, what the form describes."""
    show_damaged()
    is_missing = space is not None and START.show_missing(space.base.dataset)
    sweep = pick_sweep()
    # On a phone it stands below the form.
    reveal("sweep", sweep.id if sweep else None)
    if sweep is None:
        if not is_missing:
            introduce()
        if space:
            show_preview(space)
    else:
        show_sweep(sweep, read_workers())


def introduce() -> None:
    """What a sweep is."""
    st.info(
        tr(
            "A sweep trains a network for each combination of values, with each seed, and maps how well they do. "
            "Start one, and watch the map fill. Each network is a run like any other."
        ),
        icon=":material/grid_on:",
    )


left, right = st.columns([1, 2.2], gap="large")
with left, st.container(key=form_key("sweep")):
    described = new_sweep()
with right, st.container(key="sweep"):
    current_sweep(described)
