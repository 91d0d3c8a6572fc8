"""The form for a new sweep: a prepared one fills every field, and each can then be changed."""

from __future__ import annotations

import os

import streamlit as st

from core.config.recipes import RECIPES, Recipe
from core.config.run_config import RunConfig
from core.errors import ConfigError
from core.execution.executors import PROCESSES, Workers
from core.runs.record import NAME_LENGTH
from core.settings import dask_address
from core.sweep.estimate import seconds_left, speed_of_similar
from core.sweep.records import Trial
from core.sweep.search_space import SearchSpace, parse_values, suggest_values, value_text, variables
from models import find_architecture
from pages.components.runs.config_fields import KEPT, ConfigFields
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr
from pages.components.shell.wording import about, field_name, refusal

_PREFIX = "sweep_"
_QUICK = Recipe(
    "quick-sweep",
    "Quick sweep",
    "Learning rate against batch size on the embedded digits: sixteen small networks within a minute.",
    "This app",
    RunConfig(dataset="digits", options={"hidden": (32,)}, epochs=5),
    grid={"lr": (0.0003, 0.001, 0.003, 0.01), "batch_size": (8, 16, 32, 64)},
)
_PREPARED = {recipe.id: recipe for recipe in (*RECIPES.values(), _QUICK) if recipe.grid}
_NOTHING = ""
_SIDES = ("Rows", "Columns")
_HERE, _CLUSTER = "here", "cluster"


def choose_space() -> SearchSpace | None:
    """Draw the form; returns what to try, or None after showing what is wrong with it."""
    if _key("recipe") not in st.session_state:
        _fill(next(iter(_PREPARED)))
    st.selectbox(
        "Recipe",
        list(_PREPARED),
        key=_key("recipe"),
        persist_state=KEPT,
        format_func=lambda name: _PREPARED[name].title,
        on_change=lambda: _fill(st.session_state[_key("recipe")]),
        help="Fills every field below. Change what you like afterwards.",
    )
    st.caption(_PREPARED[st.session_state[_key("recipe")]].summary)
    everything = ConfigFields(_PREFIX)
    everything.draw_first()
    grid = _choose_grid(everything.architecture.name)
    form = ConfigFields(_PREFIX, left_out=(*grid, "watch_test"))
    form.draw_main()
    with st.expander("More settings", icon=":material/tune:"):
        st.text_input(
            "Name", key=_key("name"), persist_state=KEPT, placeholder="made from the settings", max_chars=NAME_LENGTH
        )
        form.draw_more()
    try:
        return SearchSpace(
            RunConfig.from_dict(form.values()), {name: parse_values(text) for name, text in grid.items()}
        )
    except ConfigError as error:
        st.error(refusal(error), icon=":material/error:")
        return None


def choose_workers() -> Workers:
    """Draw the choice of who computes."""
    with st.expander("Where it runs", icon=":material/memory:"):
        processes = st.number_input(
            "Processes at once",
            int(PROCESSES.minimum),
            int(PROCESSES.maximum),
            key=_key("processes"),
            persist_state=KEPT,
            help=f"This machine has {os.cpu_count()} processor cores; more processes than that gain nothing.",
        )
        address = dask_address()
        on_cluster = bool(address) and _choose_cluster(address)
    return Workers(processes, on_cluster)


def _choose_cluster(address: str) -> bool:
    """Draw the choice between this machine and the operator's Dask cluster; whether it is the cluster."""
    places = {_HERE: tr("This machine"), _CLUSTER: tr("The Dask cluster at {address}", address=address)}
    return (
        st.segmented_control(
            tr("Networks are trained by"),
            list(places),
            default=_HERE,
            key=_key("place"),
            persist_state=KEPT,
            required=True,
            format_func=places.__getitem__,
        )
        == _CLUSTER
    )


def show_size(space: SearchSpace, workers: Workers) -> None:
    """How many networks there are to train, and for about how long."""
    trials = [Trial(number, config) for number, config in enumerate(space.cells())]
    seconds = seconds_left(trials, speed_of_similar(run_store().all(), space.base.arch))
    count = f"**{len(trials)} networks**" if len(trials) > 1 else "**1 network**"
    if workers.on_cluster:
        st.caption(f"{count} on the Dask cluster.")
    elif seconds is None:
        st.caption(f"{count}. How long that takes is known once the first is done.")
    else:
        st.caption(f"{count}, {about(seconds / min(workers.processes, len(trials)))}.")


def sweep_name() -> str:
    """The name that the reader gave to the new sweep; may be empty."""
    return str(st.session_state.get(_key("name"), "")).strip()


def choose_embedded_digits() -> None:
    """Switch the form to the data set that needs no download."""
    st.session_state[_key("dataset")] = "digits"


def setting_title(arch: str, name: str) -> str:
    """A setting's name as a title, an architecture's own option by its label."""
    labels = {option.name: option.label for option in find_architecture(arch).options}
    words = labels.get(name, field_name(name))
    return words[:1].upper() + words[1:]


def _choose_grid(arch: str) -> dict[str, str]:
    """Draw what is varied; returns the text of the values for each name."""
    names, grid = variables(arch), {}
    for side, label in enumerate(_SIDES):
        key = _key(f"vary_{side}")
        free = [name for name in names if name not in grid]
        offered = [*free, _NOTHING] if side else free
        if st.session_state.get(key) not in offered:
            st.session_state[key] = free[0]
            _suggest(arch, side)
        left, right = st.columns([1, 1.2], gap="small")
        with left:
            name = st.selectbox(
                label,
                offered,
                key=key,
                persist_state=KEPT,
                format_func=lambda name: setting_title(arch, name) if name else "Nothing",
                on_change=_suggest,
                args=(arch, side),
            )
        if name:
            with right:
                grid[name] = st.text_input(
                    "Values",
                    key=_key(f"values_{side}"),
                    persist_state=KEPT,
                    help="Separated by commas. Sizes of several layers are joined by hyphens, such as 64-32.",
                )
    return grid


def _suggest(arch: str, side: int) -> None:
    name = st.session_state[_key(f"vary_{side}")]
    if name:
        st.session_state[_key(f"values_{side}")] = _as_text(suggest_values(arch, name))


def _fill(recipe_id: str) -> None:
    recipe = _PREPARED[recipe_id]
    st.session_state[_key("recipe")] = recipe_id
    ConfigFields(_PREFIX).fill(recipe.config)
    sides = [*recipe.grid.items(), (_NOTHING, ())]
    for side in range(len(_SIDES)):
        name, values = sides[side]
        st.session_state[_key(f"vary_{side}")] = name
        st.session_state[_key(f"values_{side}")] = _as_text(values)


def _as_text(values: tuple[object, ...]) -> str:
    return ", ".join(map(value_text, values))


def _key(name: str) -> str:
    return f"{_PREFIX}{name}"
