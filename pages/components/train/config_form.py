"""The form that makes a run configuration: a recipe fills every field, and each can then be changed."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from core.config.recipes import RECIPES, Recipe, differences
from core.config.run_config import RunConfig
from core.data.catalog import DATASETS
from core.errors import ConfigError
from core.runs.record import NAME_LENGTH
from models import MODELS
from pages.components.runs.config_fields import KEPT, ConfigFields
from pages.components.shell.wording import field_name, refusal, value

_FORM = ConfigFields("new_")
_QUICK_START = Recipe(
    "quick-start",
    "Quick start",
    "A small MLP that reads MNIST within seconds. The other recipes come from the tutorials.",
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
        key=_FORM.key("recipe"),
        persist_state=KEPT,
        format_func=lambda name: _RECIPES[name].title,
        on_change=_apply_recipe,
        help="Fills every field below. Change what you like afterwards.",
    )
    st.caption(_RECIPES[st.session_state[_FORM.key("recipe")]].summary)
    _FORM.draw_first()
    _FORM.draw_main()
    with st.expander("More settings", icon=":material/tune:"):
        _name_field()
        _FORM.draw_more()
    try:
        return RunConfig.from_dict(_FORM.values())
    except ConfigError as error:
        st.error(refusal(error), icon=":material/error:")
        return None


def show_differences(config: RunConfig) -> None:
    """Say which settings differ from the chosen recipe."""
    changed = differences(_RECIPES[st.session_state[_FORM.key("recipe")]], config)
    if changed:
        parts = [f"{field_name(name)} {value(old)} → **{value(new)}**" for name, old, new in changed]
        st.caption(f"Differs from the recipe: {'; '.join(parts)}.")


def fill(config: RunConfig, recipe: str | None = None) -> None:
    """Put a configuration into the form; to be called before the form is drawn."""
    _FORM.fill(config)
    if recipe:
        st.session_state[_FORM.key("recipe")] = recipe


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
            st.session_state[_FORM.key(parameter)] = name


def recipe_tags(config: RunConfig) -> dict[str, str]:
    """The tag of a run that follows its recipe to the letter."""
    recipe = st.session_state[_FORM.key("recipe")]
    return {} if differences(_RECIPES[recipe], config) else {"recipe": recipe}


def choose_embedded_digits() -> None:
    """Switch the form to the data set that needs no download."""
    st.session_state[_FORM.key("dataset")] = "digits"


def run_name() -> str:
    """The name that the reader gave to the new run; may be empty."""
    return str(st.session_state.get(_FORM.key("name"), "")).strip()


def _name_field() -> None:
    st.text_input(
        "Name", key=_FORM.key("name"), persist_state=KEPT, placeholder="made from the settings", max_chars=NAME_LENGTH
    )


def _fill_first() -> None:
    """Fill the form when it is seen for the first time."""
    if _FORM.key("recipe") not in st.session_state:
        fill(_QUICK_START.config, _QUICK_START.id)


def _apply_recipe() -> None:
    recipe = st.session_state[_FORM.key("recipe")]
    fill(_RECIPES[recipe].config, recipe)
