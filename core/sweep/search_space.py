"""What a sweep tries: one or two settings over chosen values, everything else as in one configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

from core.config.limits import AUGMENTS, OPTIMIZERS, SCALINGS, SCHEDULES
from core.config.recipes import change
from core.config.run_config import RunConfig, allowed_values
from core.data.catalog import find_dataset
from core.errors import ConfigError
from models import find_architecture

MAX_CELLS = 400

# What results are compared on, and what decides where or how they are computed, must be the same in every cell.
_FIXED = (
    "dataset",
    "arch",
    "options",
    "test_batch_size",
    "val_fraction",
    "watch_test",
    "keep_best",
    "device",
    "threads",
)

_SUGGESTIONS: dict[str, tuple[Any, ...]] = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "scaling": SCALINGS,
    "augment": AUGMENTS,
    "train_images": (1000, 5000, 20_000, 60_000),
    "lr": (0.0001, 0.001, 0.01, 0.1),
    "momentum": (0.0, 0.5, 0.9),
    "weight_decay": (0.0, 0.0001, 0.01),
    "gamma": (0.5, 0.7, 0.9),
    "step_size": (1, 2, 5),
    "batch_size": (8, 16, 32, 64),
    "epochs": (1, 2, 5, 10),
    "seed": (1, 2, 3, 4, 5),
}


@dataclass(frozen=True)
class SearchSpace:
    """A grid of configurations. Creating one checks it and raises ConfigError.

    base: every setting that is not varied.
    grid: one or two names of `variables(base.arch)` with the values of each; the first name is the grid's rows.
        A number as a size of hidden layers stands for one layer.
    """

    base: RunConfig
    grid: Mapping[str, tuple[Any, ...]]

    def __post_init__(self) -> None:
        if not 1 <= len(self.grid) <= 2:
            raise ConfigError(f"A sweep varies one or two settings; got {len(self.grid)}.")
        self._check_size()
        if not self.base.count_val(find_dataset(self.base.dataset).n_train):
            raise ConfigError(
                f"val_fraction is {self.base.val_fraction:g}; a sweep compares networks on validation images, "
                "so it must leave some."
            )
        grid = {name: tuple(self._check(name, value) for value in values) for name, values in self.grid.items()}
        for name, values in grid.items():
            _check_distinct(name, values)
        object.__setattr__(self, "grid", MappingProxyType(grid))
        self.cells()

    def cells(self) -> list[RunConfig]:
        """Every configuration, row by row."""
        return [change(self.base, dict(zip(self.grid, values, strict=True))) for values in self.combinations()]

    def combinations(self) -> list[tuple[Any, ...]]:
        """The varied values of every cell, row by row."""
        return list(product(*self.grid.values()))

    def describe(self, number: int) -> str:
        """A cell's values in words, such as "hidden layers 64-64, batch size 8"."""
        values = zip(self.grid, self.combinations()[number], strict=True)
        return ", ".join(f"{in_words(name)} {value_text(value)}" for name, value in values)

    def default_name(self) -> str:
        """Such as "Hidden layers × batch size · MLP · MNIST"."""
        varied = " × ".join(map(in_words, self.grid)).capitalize()
        return f"{varied} · {find_architecture(self.base.arch).title} · {find_dataset(self.base.dataset).title}"

    def run_name(self, number: int) -> str:
        """A name for a cell's run, such as "batch size 8 · MLP 64-64 · MNIST"."""
        values = zip(self.grid, self.combinations()[number], strict=True)
        # Sizes of layers stand in the network's own label.
        parts = [f"{in_words(name)} {value_text(value)}" for name, value in values if not isinstance(value, tuple)]
        label = self.cells()[number].label()
        return f"{', '.join(parts)} · {label}" if parts else label

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        grid = {name: [list(v) if isinstance(v, tuple) else v for v in values] for name, values in self.grid.items()}
        return {"base": self.base.to_dict(), "grid": grid}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SearchSpace:
        """The inverse of `to_dict`; raises ConfigError."""
        grid = values.get("grid")
        if not isinstance(grid, dict) or not all(isinstance(tried, list) for tried in grid.values()):
            raise ConfigError(f"grid is {grid!r}; it must hold a list of values for each setting.")
        return cls(RunConfig.from_dict(values.get("base", {})), {name: tuple(tried) for name, tried in grid.items()})

    def _check_size(self) -> None:
        known = variables(self.base.arch)
        for name, values in self.grid.items():
            if name not in known:
                raise ConfigError(f"{name!r} cannot be varied; what can: {', '.join(known)}.")
            if not values:
                raise ConfigError(f"{name} has no values to try.")
        lengths = [len(values) for values in self.grid.values()]
        if prod(lengths) > MAX_CELLS:
            product_text = f" ({' × '.join(map(str, lengths))})" if len(lengths) > 1 else ""
            raise ConfigError(f"This sweep has {prod(lengths):,} cells{product_text}; at most {MAX_CELLS} are allowed.")

    def _check(self, name: str, value: Any) -> Any:
        """The value as a configuration holds it."""
        if isinstance(self.base.options.get(name), tuple) and type(value) is int:
            value = (value,)
        config = change(self.base, {name: value})
        return config.options[name] if name in config.options else getattr(config, name)


def variables(arch: str) -> tuple[str, ...]:
    """What can be varied of this architecture: its own options, then the settings of every run."""
    options = [option.name for option in find_architecture(arch).options]
    fixed = [*_FIXED, *(name for name, allowed in allowed_values(arch).items() if len(allowed) == 1)]
    return (*options, *(f.name for f in fields(RunConfig) if f.name not in fixed))


def suggest_values(arch: str, name: str) -> tuple[Any, ...]:
    """Values that are worth trying of one of `variables(arch)`."""
    option = next((option for option in find_architecture(arch).options if option.name == name), None)
    if option is None:
        return _SUGGESTIONS[name]
    if option.kind == "choice":
        return option.choices
    if option.kind == "float":
        return (option.minimum, (option.minimum + option.maximum) / 2, option.maximum)
    return (32, 64, 128, 256)


def parse_values(text: str) -> tuple[Any, ...]:
    """Values separated by commas. The sizes of several layers are joined by hyphens, such as "64-32, 128"."""
    return tuple(_parse(part.strip()) for part in text.split(",") if part.strip())


def value_text(value: Any) -> str:
    """A value as `parse_values` reads it."""
    if isinstance(value, float):
        return f"{value:g}"
    return "-".join(map(str, value)) if isinstance(value, tuple) else str(value)


def in_words(name: str) -> str:
    """A setting's name as it is spoken."""
    return {"lr": "learning rate", "hidden": "hidden layers"}.get(name, name.replace("_", " "))


def _parse(part: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(part)
        except ValueError:
            continue
    return part


def _check_distinct(name: str, values: tuple[Any, ...]) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ConfigError(f"{name} has the value {value_text(value)} twice; each value is tried once.")
