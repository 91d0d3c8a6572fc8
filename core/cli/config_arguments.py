"""A run's settings as arguments of a command."""

from __future__ import annotations

import argparse
from typing import Any

from core.config.limits import AUGMENTS, DEVICES, LIMITS, OPTIMIZERS, SCALINGS, SCHEDULES
from core.config.recipes import RECIPES, differences, find_recipe
from core.config.run_config import RunConfig, allowed_values
from core.data.catalog import DATASETS
from core.errors import ConfigError
from models import MODELS, Option, find_architecture

_OPTION = "option_"

_NUMBERS = {
    "batch_size": "images a step",
    "test_batch_size": "images at a time when measuring; decides speed and memory, not the result",
    "epochs": "passes over the training images",
    "lr": "learning rate",
    "gamma": "multiply the learning rate by it after every --step-size epochs; chooses the step schedule",
    "step_size": "epochs between two such falls",
    "momentum": "of SGD",
    "weight_decay": "as the optimizer defines it",
    "seed": "of start weights, order of batches and dropout",
    "val_fraction": "share of the training images kept for validation",
    "train_images": "at most so many of the training images are trained on, the first ones",
    "threads": "processor threads",
}
_CHOICES: dict[str, tuple[tuple[str, ...], str]] = {
    "dataset": (tuple(DATASETS), "data set"),
    "arch": (tuple(MODELS), "architecture"),
    "optimizer": (OPTIMIZERS, "optimizer"),
    "schedule": (SCHEDULES, "how the learning rate changes"),
    "scaling": (SCALINGS, "pixels by the data set's mean and deviation, or divided by 255"),
    "augment": (AUGMENTS, "how training images are changed, anew in every epoch"),
}
_SWITCHES = {
    "watch_test": "measure the test set after every epoch; nothing is chosen by it",
    "keep_best": "keep the epoch with the best validation accuracy instead of the last",
}


def add_config_arguments(parser: argparse.ArgumentParser) -> None:
    """Add every setting; one left out is None."""
    parser.add_argument("--recipe", metavar="ID", help=f"start from a tutorial's settings: {', '.join(RECIPES)}")
    group = parser.add_argument_group("settings", "Each changes the recipe, or else the defaults in brackets.")
    defaults = RunConfig()
    for name, (choices, text) in _CHOICES.items():
        group.add_argument(_flag(name), choices=choices, help=f"{text} [{getattr(defaults, name)}]")
    for name, text in _NUMBERS.items():
        kind = int if LIMITS[name].whole else float
        group.add_argument(_flag(name), type=kind, metavar="N", help=f"{text} [{getattr(defaults, name):g}]")
    for name, text in _SWITCHES.items():
        group.add_argument(_flag(name), action=argparse.BooleanOptionalAction, help=text, default=None)
    device = group.add_mutually_exclusive_group()
    device.add_argument("--device", choices=DEVICES, help="what computes [auto: a GPU when there is one]")
    device.add_argument("--no-accel", dest="device", action="store_const", const="cpu", help="no GPU: --device cpu")
    _add_options(parser)


def read_config(given: argparse.Namespace, takes_grid: bool = False) -> RunConfig:
    """The configuration that the arguments describe; of a recipe with a grid, if it is taken, what its cells share.

    Raises ConfigError.
    """
    values = vars(given)
    fields = (*_CHOICES, *_NUMBERS, *_SWITCHES, "device")
    changes = {name: values[name] for name in fields if values[name] is not None}
    if "gamma" in changes:
        changes.setdefault("schedule", "step")
    base = _base(given, takes_grid)
    same = changes.get("arch", base.arch) == base.arch
    options = {
        name.removeprefix(_OPTION): v for name, v in values.items() if name.startswith(_OPTION) and v is not None
    }
    changes["options"] = {**(base.options if same else {}), **options}
    for name, allowed in allowed_values(changes.get("arch", base.arch)).items():
        # What was not asked for gives way to what the architecture can do.
        if getattr(base, name) not in allowed:
            changes.setdefault(name, allowed[0])
    return base.replace(**changes)


def read_tags(given: argparse.Namespace, config: RunConfig) -> dict[str, str]:
    """The tag of a run that follows its recipe to the letter."""
    follows = given.recipe and not differences(find_recipe(given.recipe), config)
    return {"recipe": given.recipe} if follows else {}


def names_given(given: argparse.Namespace) -> list[str]:
    """The settings among the arguments, as they were written."""
    names = ("recipe", *_CHOICES, *_NUMBERS, *_SWITCHES, "device", *_option_names())
    return [_flag(name.removeprefix(_OPTION)) for name in names if getattr(given, name) is not None]


def _base(given: argparse.Namespace, takes_grid: bool) -> RunConfig:
    if given.recipe is None:
        return RunConfig()
    recipe = find_recipe(given.recipe)
    if recipe.grid and not takes_grid:
        raise ConfigError(
            f"Recipe {recipe.id!r} is a grid of {len(recipe.cells())} runs; this command takes one run. "
            "`sweep` takes the grid."
        )
    return recipe.config


def _add_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("options of some architectures")
    for dest, options in _option_names().items():
        owners = ", ".join(options)
        option = next(iter(options.values()))
        kinds: dict[str, Any] = {"choice": {"choices": option.choices}, "float": {"type": float, "metavar": "N"}}
        arguments = kinds.get(option.kind, {"metavar": "SIZES"})
        text = f"{option.help} [of {owners}]".replace("%", "%%")
        group.add_argument(_flag(option.name), dest=dest, help=text, **arguments)


def _option_names() -> dict[str, dict[str, Option]]:
    """The options of all architectures: name of the argument -> name of the architecture -> its option."""
    found: dict[str, dict[str, Option]] = {}
    for name in MODELS:
        for option in find_architecture(name).options:
            found.setdefault(f"{_OPTION}{option.name}", {})[name] = option
    return found


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
