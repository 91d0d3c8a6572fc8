"""A run's settings as arguments of a command."""

from __future__ import annotations

import argparse
from typing import Any

from core.cli.texts import tr
from core.config.fields import FIELDS, Field, option_fields, value_text
from core.config.recipes import RECIPES, differences, find_recipe
from core.config.run_config import RunConfig, allowed_values
from core.errors import ConfigError
from models import MODELS

_OPTION = "option_"


def add_config_arguments(parser: argparse.ArgumentParser) -> None:
    """Add every setting; one left out is None."""
    parser.add_argument(
        "--recipe", metavar="ID", help=tr("start from a recipe's settings: {names}", names=", ".join(RECIPES))
    )
    group = parser.add_argument_group(tr("settings"), tr("Each changes the recipe, or else the defaults in brackets."))
    defaults = RunConfig()
    for name, field in FIELDS.items():
        note = f"[{value_text(getattr(defaults, name))}]" if field.kind != "switch" else ""
        target = group.add_mutually_exclusive_group() if name == "device" else group
        target.add_argument(_flag(name), default=None, help=_help(field, note), **_kind(field))
        if name == "device":
            target.add_argument(
                "--no-accel", dest=name, action="store_const", const="cpu", help=tr("no GPU: --device cpu")
            )
    group = parser.add_argument_group(tr("options of some architectures"))
    for dest, owners in _options().items():
        field = next(iter(owners.values()))
        group.add_argument(
            _flag(field.name), dest=dest, help=_help(field, tr("[of {names}]", names=", ".join(owners))), **_kind(field)
        )


def read_config(given: argparse.Namespace, takes_grid: bool = False) -> RunConfig:
    """The configuration that the arguments describe. Raises ConfigError.

    takes_grid: of a recipe with a grid, return what all its cells share; else such a recipe is refused.
    """
    values = vars(given)
    changes = {name: values[name] for name in FIELDS if values[name] is not None}
    if "gamma" in changes:
        changes.setdefault("schedule", "step")
    base = _base(given, takes_grid)
    same = changes.get("arch", base.arch) == base.arch
    options = {
        name.removeprefix(_OPTION): v for name, v in values.items() if name.startswith(_OPTION) and v is not None
    }
    changes["options"] = {**(base.options if same else {}), **options}
    for name, allowed in allowed_values(changes.get("arch", base.arch)).items():
        # A setting that was not given takes a value that the architecture allows.
        if getattr(base, name) not in allowed:
            changes.setdefault(name, allowed[0])
    return base.replace(**changes)


def read_tags(given: argparse.Namespace, config: RunConfig) -> dict[str, str]:
    """The tag of a run that follows its recipe to the letter."""
    follows = given.recipe and not differences(find_recipe(given.recipe), config)
    return {"recipe": given.recipe} if follows else {}


def names_given(given: argparse.Namespace) -> list[str]:
    """The settings among the arguments, as they were written."""
    names = ("recipe", *FIELDS, *_options())
    return [_flag(name.removeprefix(_OPTION)) for name in names if getattr(given, name) is not None]


def _base(given: argparse.Namespace, takes_grid: bool) -> RunConfig:
    if given.recipe is None:
        return RunConfig()
    recipe = find_recipe(given.recipe)
    if recipe.grid and not takes_grid:
        raise ConfigError(
            "Recipe {name!r} is a grid of {count} runs; this command takes one run. `sweep` takes the grid.",
            name=recipe.id,
            count=len(recipe.cells()),
        )
    return recipe.config


def _options() -> dict[str, dict[str, Field]]:
    """The options of all architectures: name of the argument -> name of the architecture -> its option."""
    found: dict[str, dict[str, Field]] = {}
    for arch in MODELS:
        for name, field in option_fields(arch).items():
            found.setdefault(f"{_OPTION}{name}", {})[arch] = field
    return found


def _kind(field: Field) -> dict[str, Any]:
    """What argparse has to know to read the setting."""
    if field.kind == "choice":
        return {"choices": tuple(field.choices)}
    if field.kind == "switch":
        return {"action": argparse.BooleanOptionalAction}
    if field.kind == "widths":
        return {"metavar": "SIZES"}
    return {"type": int if field.limits.whole else float, "metavar": "N"}


def _help(field: Field, note: str) -> str:
    texts = [tr(text) for text in (field.help or field.label, field.flag_help) if text]
    return " ".join([*texts, note]).strip().replace("%", "%%")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
