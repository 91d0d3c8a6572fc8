"""The form that makes a run configuration: a recipe fills every field, and each can then be changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from core.config.describe import settings_line
from core.config.fields import FIELDS, find_field
from core.config.recipes import EMBEDDED_DIGITS, RECIPES, Recipe, differences
from core.config.run_config import RunConfig
from core.errors import ConfigError
from core.hosting.caps import check_config
from core.runs.names import recipe_name, recipe_tags
from core.runs.record import RunRecord
from core.texts.message import join, message
from models.texts import mark
from pages.components.forms.config_fields import ConfigFields
from pages.components.forms.folded import folded
from pages.components.forms.kept_form import KeptForm, Single
from pages.components.forms.recipe import draw_name, draw_recipes, is_name, read_name
from pages.components.shell.address import drop, named, say_unknown, take
from pages.components.shell.services import allowed
from pages.components.shell.texts import tr, tr_plain

_FORM = ConfigFields("new_")
_QUICK_START = Recipe(
    "quick-start",
    mark("Quick start"),
    mark("A small MLP that reads MNIST within seconds. Most of the other recipes come from the tutorials."),
    RunConfig(epochs=5),
)
# A recipe with a grid belongs on the Sweep page.
_RECIPES = {recipe.id: recipe for recipe in (_QUICK_START, *RECIPES.values(), EMBEDDED_DIGITS) if not recipe.grid}
# What the page's address may ask for: the label and the known values of each parameter.
_IN_ADDRESS: dict[str, tuple[str, Collection[str]]] = {
    "recipe": (mark("Recipe"), _RECIPES),
    **{name: (FIELDS[name].label, FIELDS[name].choices) for name in ("arch", "dataset")},
}
_KEPT = KeptForm(
    "new_",
    {"recipe": Single(_QUICK_START.id, lambda value: value in list(_RECIPES)), "name": Single("", is_name)},
    {"settings": _FORM},
    _IN_ADDRESS,
)


def choose_recipe() -> None:
    """Draw the choice of the recipe, which fills the form. Call it once the page itself has filled the form."""
    _fill_first()
    _KEPT.keep()
    draw_recipes(_KEPT.key("recipe"), _RECIPES, _apply_recipe)


def read_config() -> RunConfig | ConfigError:
    """The configuration that the form holds, or what is wrong with it, such as more than the operator allows."""
    try:
        config = RunConfig.from_dict(_FORM.values())
        if limits := allowed():
            check_config(config, limits)
    except ConfigError as error:
        return error
    return config


def draw_settings(config: RunConfig | ConfigError) -> None:
    """Draw the fields, folded into a line that says what is set, and how they differ from the recipe."""
    mistake = config if isinstance(config, ConfigError) else None
    line = settings_line(config) if isinstance(config, RunConfig) else message("Settings")
    fields = _FORM.with_mistake(mistake)
    with folded(line, "train_settings", mistake):
        fields.draw_first(_leave_address)
        fields.draw_main()
        with folded(message("More settings"), "train_more_settings", fields.mistake_in_more):
            draw_name(_KEPT.key("name"))
            fields.draw_more()
    if isinstance(config, RunConfig):
        _show_differences(config)


def bundled_example(records: Sequence[RunRecord]) -> RunRecord | None:
    """The bundled run of the chosen recipe, else of one like it; None where none is bundled."""
    bundled = [record for record in records if record.bundled]
    recipe, config = _recipe().id, _recipe().config
    same = [record for record in bundled if record.tags.get("recipe") == recipe]
    like = [record for record in bundled if record.config.arch == config.arch]
    return next(iter([*same, *like, *bundled]), None)


def _show_differences(config: RunConfig) -> None:
    """Say which settings differ from the chosen recipe."""
    changed = []
    for name, old, new in differences(_recipe(), config):
        field = find_field(name, config.arch)
        words = {"setting": message(field.label), "old": field.describe(old), "new": field.describe(new)}
        changed.append(message("{setting} {old} → **{new}**", **words))
    if changed:
        st.caption(tr("Differs from the recipe: {settings}.", settings=join(changed, "; ")))


def fill(config: RunConfig) -> None:
    """Put a configuration into the form. Call it before the form is drawn."""
    _fill_first()
    _FORM.fill(config)
    _leave_address()


def fill_recipe(recipe: str, dataset: str) -> None:
    """Put a recipe on this data set into the form, with no name. Call it before the form is drawn."""
    _fill_first()
    st.session_state[_KEPT.key("recipe")] = recipe
    st.session_state[_KEPT.key("name")] = ""
    fill(_RECIPES[recipe].config.replace(dataset=dataset))


def fill_from_address() -> None:
    """Take `?recipe=`, `?arch=` and `?dataset=` into the form when the address has changed; says what is unknown."""
    _fill_first()
    for name, (label, known) in _IN_ADDRESS.items():
        if (value := take(name)) is not None and value in known:
            if name == "recipe":
                st.session_state[_KEPT.key("recipe")] = value
                _FORM.fill(_RECIPES[value].config)
            else:
                st.session_state[_FORM.key(name)] = value
        if (value := named(name)) is not None and value not in known:
            say_unknown(tr(label), value, known)


def run_tags(config: RunConfig) -> dict[str, str]:
    """The new run's tags."""
    return recipe_tags(_recipe(), config)


def choose_embedded_digits() -> None:
    """Switch the form to the data set that needs no download."""
    st.session_state[_FORM.key("dataset")] = "digits"
    _leave_address()


def run_name(config: RunConfig, taken: Collection[str]) -> str:
    """The new run's name: the visitor's, or the recipe's where it is followed to the letter; else empty.

    taken: names of other runs. A recipe's name gets a number where it is among them.
    """
    recipe = _recipe()
    return read_name(_KEPT.key("name")) or recipe_name(recipe, tr_plain(recipe.title), config, taken)


def _recipe() -> Recipe:
    return _RECIPES[st.session_state[_KEPT.key("recipe")]]


def _fill_first() -> None:
    """Fill the form when it is seen for the first time."""
    if not _FORM.is_filled:
        st.session_state[_KEPT.key("recipe")] = _QUICK_START.id
        _FORM.fill(_QUICK_START.config)


def _apply_recipe() -> None:
    _FORM.fill(_recipe().config)
    _leave_address()


def _leave_address() -> None:
    """Take out of the address what the form may no longer say."""
    drop(*_IN_ADDRESS)
