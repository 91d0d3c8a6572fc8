"""The form that makes a run configuration: a recipe fills every field, and each can then be changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.catalog import DATASETS
from core.config import DEVICES, OPTIMIZERS, SCALINGS, SCHEDULES, RunConfig
from core.errors import ConfigError
from core.recipes import RECIPES, Recipe, differences
from models import MODELS, Architecture, Option
from pages.components.wording import choice, field_name, value

# The form outlives a visit to another page, and a field one that is hidden for a while.
_KEPT: Literal["session"] = "session"
_PREFIX = "new_"
_FIELDS = [f.name for f in fields(RunConfig) if f.name != "options"]
_QUICK_START = Recipe(
    "quick-start",
    "Quick start",
    "A small MLP that reads MNIST within seconds. The other recipes are the tutorials'.",
    "This app",
    RunConfig(epochs=5),
)
# A recipe with a grid belongs on the Sweep page.
_RECIPES = {recipe.id: recipe for recipe in (_QUICK_START, *RECIPES.values()) if not recipe.grid}


def choose_config() -> RunConfig | None:
    """Draw the form; returns the configuration, or None after showing what is wrong with it."""
    _fill_first()
    st.selectbox(
        "Recipe",
        list(_RECIPES),
        key=_key("recipe"),
        persist_state=_KEPT,
        format_func=lambda name: _RECIPES[name].title,
        on_change=_apply_recipe,
        help="Fills every field below. Change what you like afterwards.",
    )
    st.caption(_RECIPES[st.session_state[_key("recipe")]].summary)
    _main_fields()
    with st.expander("More settings", icon=":material/tune:"):
        _more_fields()
    try:
        config = RunConfig.from_dict(_values())
    except ConfigError as error:
        st.error(str(error), icon=":material/error:")
        return None
    _show_differences(config)
    return config


def fill(config: RunConfig, recipe: str | None = None) -> None:
    """Put a configuration into the form; to be called before the form is drawn."""
    for name in _FIELDS:
        st.session_state[_key(name)] = getattr(config, name)
    for name, option in config.options.items():
        st.session_state[_option_key(config.arch, name)] = value(option) if isinstance(option, tuple) else option
    if recipe:
        st.session_state[_key("recipe")] = recipe


def fill_from_url() -> None:
    """Take `?recipe=`, `?arch=` and `?dataset=` into the form, once; says so when a name is unknown."""
    known: dict[str, Collection[str]] = {"recipe": _RECIPES, "arch": MODELS, "dataset": DATASETS}
    for parameter, names in known.items():
        name = st.query_params.get(parameter)
        if name is None:
            continue
        del st.query_params[parameter]
        if name not in names:
            st.warning(f"Unknown {field_name(parameter)} {name!r} in the address; known: {', '.join(names)}.")
        elif parameter == "recipe":
            fill(_RECIPES[name].config, name)
        else:
            _fill_first()
            st.session_state[_key(parameter)] = name


def recipe_tags(config: RunConfig) -> dict[str, str]:
    """The tag of a run that follows its recipe to the letter."""
    recipe = st.session_state[_key("recipe")]
    return {} if differences(_RECIPES[recipe], config) else {"recipe": recipe}


def choose_embedded_digits() -> None:
    """Switch the form to the data set that needs no download."""
    st.session_state[_key("dataset")] = "digits"


def run_name() -> str:
    """The name that the reader gave to the new run; may be empty."""
    return str(st.session_state.get(_key("name"), "")).strip()


def _main_fields() -> None:
    _select("dataset", "Data set", list(DATASETS), lambda name: DATASETS[name].title)
    _select("arch", "Architecture", list(MODELS), lambda name: MODELS[name].title)
    architecture = MODELS[st.session_state[_key("arch")]]
    for option in architecture.options[:1]:
        _option_widget(architecture, option)
    with _pairs():
        _select("optimizer", "Optimizer", OPTIMIZERS)
        _number("lr", "Learning rate", 0.001)
        _whole("epochs", "Epochs")
        _whole("batch_size", "Batch size")


def _more_fields() -> None:
    st.text_input("Name", key=_key("name"), persist_state=_KEPT, placeholder="made from the settings", max_chars=80)
    architecture = MODELS[st.session_state[_key("arch")]]
    with _pairs():
        for option in architecture.options[1:]:
            _option_widget(architecture, option)
        _select("schedule", "Schedule", SCHEDULES, help="How the learning rate changes while training.")
        if st.session_state[_key("schedule")] == "step":
            _number("gamma", "Factor", 0.1, help="What the learning rate is multiplied by in each step down.")
            _whole("step_size", "Epochs a step")
        _number("momentum", "Momentum", 0.1, help="Used by SGD alone.")
        _number("weight_decay", "Weight decay", 0.0001)
        _number("val_fraction", "Validation share", 0.05, help="Taken from the end of the training images.")
        _select("scaling", "Pixels", SCALINGS)
        _whole("seed", "Seed", help="Decides start weights, order of batches and dropout.")
        _select("device", "Device", DEVICES)
        _whole("threads", "Threads", help="One is fastest for small networks; the CNN gains from two.")
    _switch("keep_best", "Keep the best epoch", "Keep the weights of the epoch with the best validation accuracy.")
    _switch("watch_test", "Watch the test set", "Measure it after every epoch. Nothing is chosen by it.")


def _pairs() -> DeltaGenerator:
    return st.grid(2, min_column_width=110)


def _option_widget(architecture: Architecture, option: Option) -> None:
    key = _option_key(architecture.name, option.name)
    if key not in st.session_state:
        default = option.default
        st.session_state[key] = value(default) if isinstance(default, tuple) else default
    if option.kind == "choice":
        st.selectbox(option.label, option.choices, key=key, persist_state=_KEPT, format_func=choice, help=option.help)
    elif option.kind == "float":
        st.number_input(option.label, key=key, persist_state=_KEPT, step=0.1, format="%g", help=option.help)
    else:
        st.text_input(option.label, key=key, persist_state=_KEPT, help=f"{option.help} Such as 256-128-64.")


def _select(name: str, title: str, options: Sequence[str], words: Any = choice, help: str | None = None) -> None:
    st.selectbox(title, options, key=_key(name), persist_state=_KEPT, format_func=words, help=help)


def _whole(name: str, title: str, help: str | None = None) -> None:
    st.number_input(title, key=_key(name), persist_state=_KEPT, step=1, help=help)


def _switch(name: str, title: str, help: str) -> None:
    st.toggle(title, key=_key(name), persist_state=_KEPT, help=help)


def _number(name: str, title: str, step: float, help: str | None = None) -> None:
    st.number_input(title, key=_key(name), persist_state=_KEPT, step=step, format="%g", help=help)


def _values() -> dict[str, Any]:
    architecture = MODELS[st.session_state[_key("arch")]]
    values = {name: st.session_state[_key(name)] for name in _FIELDS if _key(name) in st.session_state}
    options = {o.name: st.session_state[_option_key(architecture.name, o.name)] for o in architecture.options}
    return {**values, "options": options}


def _show_differences(config: RunConfig) -> None:
    changed = differences(_RECIPES[st.session_state[_key("recipe")]], config)
    if changed:
        parts = [f"{field_name(name)} {value(old)} → **{value(new)}**" for name, old, new in changed]
        st.caption(f"Differs from the recipe: {'; '.join(parts)}.")


def _fill_first() -> None:
    """Fill the form when it is seen for the first time."""
    if _key("recipe") not in st.session_state:
        fill(_QUICK_START.config, _QUICK_START.id)


def _apply_recipe() -> None:
    recipe = st.session_state[_key("recipe")]
    fill(_RECIPES[recipe].config, recipe)


def _key(name: str) -> str:
    return f"{_PREFIX}{name}"


def _option_key(arch: str, name: str) -> str:
    return f"{_PREFIX}{arch}_{name}"
