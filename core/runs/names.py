"""What a run of a recipe is called, and how it is marked."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from core.config.recipes import Recipe, differences
from core.config.run_config import RunConfig


def numbered(name: str, taken: Collection[str]) -> str:
    """The name, with the first free number from 2 on where it is taken, such as "Classic CNN (2)"."""
    if name not in taken:
        return name
    return next(numbered for number in count(2) if (numbered := f"{name} ({number})") not in taken)


def recipe_name(recipe: Recipe, title: str, config: RunConfig, taken: Collection[str]) -> str:
    """The recipe's title, numbered where it is taken, for a run that follows it to the letter; else empty.

    title: in the language of whoever starts the run.
    """
    return "" if differences(recipe, config) else numbered(title, taken)


def recipe_tags(recipe: Recipe, config: RunConfig) -> dict[str, str]:
    """The tag of a run that follows the recipe to the letter."""
    return {} if differences(recipe, config) else {"recipe": recipe.id}
