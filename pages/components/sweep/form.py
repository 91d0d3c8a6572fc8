"""The form for a new sweep: a recipe fills every field, and each can then be changed."""

from __future__ import annotations

import os
from collections.abc import Collection

import streamlit as st

from core.config.recipes import RECIPES, Recipe
from core.config.run_config import RunConfig
from core.errors import ConfigError
from core.execution.executors import PROCESSES, Workers
from core.settings import dask_address
from core.sweep.estimate import seconds_left, speed_of_similar
from core.sweep.records import Trial
from core.sweep.search_space import SearchSpace, parse_values
from core.texts.message import plural
from models.texts import mark
from pages.components.forms.config_fields import ConfigFields
from pages.components.forms.field import KEPT
from pages.components.forms.folded import folded
from pages.components.forms.recipe import draw_name, draw_recipes, read_name
from pages.components.shell.services import run_store
from pages.components.shell.texts import escape_markdown, tr
from pages.components.shell.wording import about
from pages.components.sweep.grid import GridFields

_FORM = ConfigFields("sweep_")
_GRID = GridFields(_FORM)
_RECIPE, _NAME = "sweep_recipe", "sweep_name"
_PROCESSES, _PLACE = "sweep_processes", "sweep_place"
_QUICK = Recipe(
    "quick-sweep",
    mark("Quick sweep"),
    mark("Learning rate against batch size on the embedded digits: sixteen small networks within a minute."),
    RunConfig(dataset="digits", options={"hidden": (32,)}, epochs=5),
    grid={"lr": (0.0003, 0.001, 0.003, 0.01), "batch_size": (8, 16, 32, 64)},
)
_RECIPES = {recipe.id: recipe for recipe in (*RECIPES.values(), _QUICK) if recipe.grid}
_HERE, _CLUSTER = "here", "cluster"


def choose_recipe() -> None:
    """Draw the choice of the recipe, which fills the form."""
    if not _FORM.is_filled:
        st.session_state[_RECIPE] = next(iter(_RECIPES))
        _apply_recipe()
    draw_recipes(_RECIPE, _RECIPES, _apply_recipe)


def read_space() -> SearchSpace | ConfigError:
    """What the form says to try, or what is wrong with it."""
    grid = _GRID.read()
    try:
        config = RunConfig.from_dict(_fields(grid).values())
        return SearchSpace(config, {name: parse_values(text) for name, text in grid.items()})
    except ConfigError as error:
        return error


def draw_settings(space: SearchSpace | ConfigError) -> None:
    """Draw the fields, folded into a line that says what is tried. Call it after `read_space`."""
    line = tr("Settings") if isinstance(space, ConfigError) else escape_markdown(space.default_name())
    with folded(line, "sweep_settings"):
        _FORM.draw_first()
        _GRID.draw()
        fields = _fields(_GRID.read())
        fields.draw_main()
        with st.expander(tr("More settings"), icon=":material/tune:"):
            draw_name(_NAME)
            fields.draw_more()


def _fields(grid: Collection[str]) -> ConfigFields:
    """The fields of what is not varied."""
    return _FORM.without(*grid, "watch_test")


def read_workers() -> Workers:
    """Who computes, as `draw_workers` last had it."""
    processes = st.session_state.get(_PROCESSES, int(PROCESSES.minimum))
    return Workers(processes, bool(dask_address()) and st.session_state.get(_PLACE) == _CLUSTER)


def draw_workers() -> None:
    """Draw the choice of who computes."""
    with st.expander(tr("Where it runs"), icon=":material/memory:"):
        st.number_input(
            tr("Processes at once"),
            int(PROCESSES.minimum),
            int(PROCESSES.maximum),
            key=_PROCESSES,
            persist_state=KEPT,
            help=tr(
                plural(
                    "This machine has {count} processor core; more processes than that gain nothing.",
                    "This machine has {count} processor cores; more processes than that gain nothing.",
                    os.cpu_count() or 1,
                )
            ),
        )
        if address := dask_address():
            _choose_cluster(address)


def _choose_cluster(address: str) -> None:
    """Draw the choice between this machine and the operator's Dask cluster."""
    places = {_HERE: tr("This machine"), _CLUSTER: tr("The Dask cluster at {address}", address=address)}
    st.segmented_control(
        tr("Networks are trained by"),
        list(places),
        default=_HERE,
        key=_PLACE,
        persist_state=KEPT,
        required=True,
        format_func=places.__getitem__,
    )


def show_size(space: SearchSpace, workers: Workers) -> None:
    """Say how many networks there are to train, and for about how long."""
    trials = [Trial(number, config) for number, config in enumerate(space.cells())]
    seconds = seconds_left(trials, speed_of_similar(run_store().all(), space.base.arch))
    networks = plural("**{count} network**", "**{count} networks**", len(trials))
    if workers.on_cluster:
        st.caption(tr("{networks} on the Dask cluster.", networks=networks))
    elif seconds is None:
        st.caption(tr("{networks}. How long that takes is known once the first is done.", networks=networks))
    else:
        time = about(seconds / min(workers.processes, len(trials)))
        st.caption(tr("{networks}, {time}.", networks=networks, time=time))


def sweep_name() -> str:
    """The name that the visitor gave to the new sweep; may be empty."""
    return read_name(_NAME)


def choose_embedded_digits() -> None:
    """Switch the form to the data set that needs no download."""
    st.session_state[_FORM.key("dataset")] = "digits"


def _apply_recipe() -> None:
    recipe = _RECIPES[st.session_state[_RECIPE]]
    _FORM.fill(recipe.config)
    _GRID.fill(recipe.grid)
