"""The form for a new sweep: a recipe fills every field, and each can then be changed."""

from __future__ import annotations

import os
from collections.abc import Collection

import streamlit as st

from core.config.recipes import RECIPES, Recipe
from core.config.run_config import RunConfig
from core.errors import ConfigError
from core.execution.executors import PROCESSES, Workers
from core.hosting.caps import check_sweep
from core.settings import dask_address
from core.sweep.search_space import MAX_SEEDS, SearchSpace, parse_values
from core.texts.message import message, plural
from models.texts import mark
from pages.components.forms.config_fields import ConfigFields
from pages.components.forms.field import KEPT
from pages.components.forms.folded import folded
from pages.components.forms.kept_form import KeptForm, Single
from pages.components.forms.mistake import show_mistake
from pages.components.forms.recipe import draw_name, draw_recipes, is_name, read_name
from pages.components.shell.services import allowed
from pages.components.shell.texts import tr, tr_plain
from pages.components.sweep.grid import GridFields

_FORM = ConfigFields("sweep_")
_GRID = GridFields(_FORM)
_QUICK = Recipe(
    "quick-sweep",
    mark("Quick sweep"),
    mark("Learning rate against batch size on the embedded digits: small networks that train within seconds."),
    RunConfig(dataset="digits", options={"hidden": (32,)}, epochs=5),
    grid={"lr": (0.0003, 0.001, 0.003, 0.01), "batch_size": (8, 16, 32, 64)},
)
_RECIPES = {recipe.id: recipe for recipe in (*RECIPES.values(), _QUICK) if recipe.grid}
_HERE, _CLUSTER = "here", "cluster"
_KEPT = KeptForm(
    "sweep_",
    {
        "recipe": Single(next(iter(_RECIPES)), lambda value: value in list(_RECIPES)),
        "name": Single("", is_name),
        "processes": Single(int(PROCESSES.minimum), lambda value: type(value) is int and PROCESSES.allows(value)),
        "seeds": Single(1, lambda value: type(value) is int and 1 <= value <= MAX_SEEDS),
        "place": Single(_HERE, lambda value: value in (_HERE, _CLUSTER)),
    },
    {"settings": _FORM, "grid": _GRID},
)


def choose_recipe() -> None:
    """Draw the choice of the recipe, which fills the form."""
    if not _FORM.is_filled:
        st.session_state[_KEPT.key("recipe")] = next(iter(_RECIPES))
        _apply_recipe()
    # A name that an architecture chosen just now does not offer gives way first.
    _GRID.read()
    _KEPT.keep()
    draw_recipes(_KEPT.key("recipe"), _RECIPES, _apply_recipe)


def read_space() -> SearchSpace | ConfigError:
    """What the form says to try, or what is wrong with it, such as more than the operator allows."""
    grid = _GRID.read()
    try:
        config = RunConfig.from_dict(_fields(grid).values())
        space = SearchSpace(config, {name: parse_values(text) for name, text in grid.items()}, _read_seeds())
        if limits := allowed():
            check_sweep(space, read_workers(), limits)
    except ConfigError as error:
        return error
    return space


def draw_settings(space: SearchSpace | ConfigError) -> None:
    """Draw the fields, folded into a line that says what is tried. Call it after `read_space`."""
    mistake = space if isinstance(space, ConfigError) else None
    line = space.default_name() if isinstance(space, SearchSpace) else message("Settings")
    fields = _fields(_GRID.read()).with_mistake(mistake)
    with folded(line, "sweep_settings", mistake):
        fields.draw_first()
        _GRID.draw(mistake)
        _draw_seeds(mistake)
        fields.draw_main()
        with folded(message("More settings"), "sweep_more_settings", fields.mistake_in_more):
            draw_name(_KEPT.key("name"))
            fields.draw_more()


def _read_seeds() -> int:
    """How many seeds each cell is trained with, as `_draw_seeds` last had it."""
    return int(st.session_state.get(_KEPT.key("seeds"), 1))


def _draw_seeds(mistake: ConfigError | None) -> None:
    st.number_input(
        tr("Seeds per cell"),
        1,
        MAX_SEEDS,
        key=_KEPT.key("seeds"),
        persist_state=KEPT,
        help=tr(
            "Each cell is trained as many times, each time with another start and order of images. The map then shows "
            "the mean and the standard deviation, and which differences are more than chance; three or more tell most."
        ),
    )
    show_mistake("seeds", mistake)


def _fields(grid: Collection[str]) -> ConfigFields:
    """The fields of what is not varied."""
    return _FORM.without(*grid, "watch_test")


def read_workers() -> Workers:
    """Who computes, as `draw_workers` last had it."""
    processes = min(st.session_state.get(_KEPT.key("processes"), int(PROCESSES.minimum)), _most_processes())
    return Workers(processes, bool(dask_address()) and st.session_state.get(_KEPT.key("place")) == _CLUSTER)


def _most_processes() -> int:
    """As many as may train at once for this visitor."""
    limits, most = allowed(), int(PROCESSES.maximum)
    return min(limits.runs_at_once, most) if limits else most


def draw_workers() -> None:
    """Draw the choice of who computes."""
    with st.expander(tr("Where it runs"), icon=":material/memory:"):
        st.number_input(
            tr("Processes at once"),
            int(PROCESSES.minimum),
            _most_processes(),
            key=_KEPT.key("processes"),
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
    key = _KEPT.key("place")
    st.session_state.setdefault(key, _HERE)
    places = {_HERE: tr("This machine"), _CLUSTER: tr("The Dask cluster at {address}", address=address)}
    st.segmented_control(
        tr("Networks are trained by"),
        list(places),
        key=key,
        persist_state=KEPT,
        required=True,
        format_func=places.__getitem__,
    )


def sweep_name(space: SearchSpace) -> str:
    """The name that the visitor gave to the new sweep, or one made from its settings in the visitor's language."""
    return read_name(_KEPT.key("name")) or tr_plain(space.default_name())


def choose_embedded_digits() -> None:
    """Switch the form to the data set that needs no download."""
    st.session_state[_FORM.key("dataset")] = "digits"


def _apply_recipe() -> None:
    recipe = _RECIPES[st.session_state[_KEPT.key("recipe")]]
    _FORM.fill(recipe.config)
    _GRID.fill(recipe.grid)
