"""What a sweep tries: one or two settings over chosen values, everything else as in one configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

from core.config.fields import FIELDS, find_field, option_fields, value_text
from core.config.recipes import change
from core.config.run_config import RunConfig, allowed_values
from core.data.catalog import find_dataset
from core.errors import ConfigError
from core.texts.message import Message, join, message
from models import find_architecture

# Networks at most, counting each seed of each cell.
MAX_CELLS = 400
# Seeds of a cell at most.
MAX_SEEDS = 10
SEED = "seed"


@dataclass(frozen=True)
class SearchSpace:
    """A grid of configurations. Creating one checks it and raises ConfigError.

    base: every setting that is not varied.
    grid: one or two names of `variables(base.arch)` with the values of each; the first name is the grid's rows.
        A number as a size of hidden layers stands for one layer.
    seeds: how many times each cell is trained, from the configuration's own seed on.
    """

    base: RunConfig
    grid: Mapping[str, tuple[Any, ...]]
    seeds: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.grid) <= 2:
            raise ConfigError("A sweep varies one or two settings; got {count}.", count=len(self.grid))
        self._check_seeds()
        self._check_size()
        if not self.n_val:
            raise ConfigError(
                "{field} is {value:g}; a sweep compares networks on validation images, so it must leave some.",
                field="val_fraction",
                value=self.base.val_fraction,
            )
        grid = {name: tuple(self._check(name, value) for value in values) for name, values in self.grid.items()}
        for name, values in grid.items():
            _check_distinct(name, values)
        object.__setattr__(self, "grid", MappingProxyType(grid))
        # Checks each of them.
        self.runs()

    @property
    def n_val(self) -> int:
        """How many validation images the cells are compared on."""
        return self.base.count_val(find_dataset(self.base.dataset).n_train)

    def cells(self) -> list[RunConfig]:
        """Every configuration, row by row."""
        return [change(self.base, dict(zip(self.grid, values, strict=True))) for values in self.combinations()]

    def runs(self) -> list[RunConfig]:
        """The configuration of every network: all cells with the first seed, then all with the next one."""
        cells = self.cells()
        return [cell.replace(seed=cell.seed + repeat) for repeat in range(self.seeds) for cell in cells]

    @property
    def n_cells(self) -> int:
        """How many cells the grid has."""
        return prod(len(values) for values in self.grid.values())

    def combinations(self) -> list[tuple[Any, ...]]:
        """The varied values of every cell, row by row."""
        return list(product(*self.grid.values()))

    def label(self, name: str) -> Message:
        """The name of a varied setting."""
        return message(find_field(name, self.base.arch).label)

    def describe_value(self, name: str, value: Any) -> Message:
        """A value of a varied setting."""
        return find_field(name, self.base.arch).describe(value)

    def describe(self, number: int) -> Message:
        """A cell's values, such as "Hidden layers 64-64 · Batch size 8"."""
        return self._describe(dict(zip(self.grid, self.combinations()[number], strict=True)))

    def default_name(self) -> Message:
        """Such as "Hidden layers × Batch size · MLP · MNIST"."""
        varied = join(map(self.label, self.grid), " × ")
        titles = find_architecture(self.base.arch).title, find_dataset(self.base.dataset).title
        return join([varied, *map(message, titles)], " · ")

    def describe_run(self, number: int) -> Message:
        """The cell's values, and the seed where each cell has several. number: as in `runs`."""
        repeat, cell = divmod(number, self.n_cells)
        if self.seeds == 1:
            return self.describe(cell)
        return join([self.describe(cell), self._describe({SEED: self.base.seed + repeat})], " · ")

    def run_name(self, number: int) -> str:
        """A name for a run, such as "Batch size 8 · MLP 64-64 · MNIST". number: as in `runs`."""
        repeat, number = divmod(number, self.n_cells)
        values = dict(zip(self.grid, self.combinations()[number], strict=True))
        # Sizes of layers stand in the network's own label.
        values = {name: value for name, value in values.items() if not isinstance(value, tuple)}
        if self.seeds > 1:
            values[SEED] = self.base.seed + repeat
        label = str(self.cells()[number].label())
        return f"{self._describe(values)} · {label}" if values else label

    def _describe(self, values: Mapping[str, Any]) -> Message:
        texts = (
            message("{setting} {value}", setting=self.label(name), value=self.describe_value(name, value))
            for name, value in values.items()
        )
        return join(texts, " · ")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        grid = {name: [list(v) if isinstance(v, tuple) else v for v in values] for name, values in self.grid.items()}
        return {"base": self.base.to_dict(), "grid": grid, "seeds": self.seeds}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SearchSpace:
        """The inverse of `to_dict`; raises ConfigError."""
        grid = values.get("grid")
        if not isinstance(grid, dict) or not all(isinstance(tried, list) for tried in grid.values()):
            raise ConfigError(
                "{field} is {value!r}; it must hold a list of values for each setting.", field="grid", value=grid
            )
        tried = {name: tuple(values) for name, values in grid.items()}
        return cls(RunConfig.from_dict(values.get("base", {})), tried, values.get("seeds", 1))

    def _check_seeds(self) -> None:
        if type(self.seeds) is not int or not 1 <= self.seeds <= MAX_SEEDS:
            raise ConfigError(
                "{field} is {value!r}; it must be a whole number from 1 to {most}.",
                field="seeds",
                value=self.seeds,
                most=MAX_SEEDS,
            )
        if self.seeds > 1 and SEED in self.grid:
            raise ConfigError("The seed is varied by the grid already, so each cell is trained with one seed.")

    def _check_size(self) -> None:
        known = variables(self.base.arch)
        for name, values in self.grid.items():
            if name not in known:
                raise ConfigError("{name!r} cannot be varied; what can: {known}.", name=name, known=", ".join(known))
            if not values:
                raise ConfigError("{field} has no values to try.", field=name)
        if self.n_cells * self.seeds <= MAX_CELLS:
            return
        if self.seeds > 1:
            raise ConfigError(
                "This sweep has {count:,} networks ({cells:,} cells, {seeds} seeds each); at most {most} are allowed.",
                count=self.n_cells * self.seeds,
                cells=self.n_cells,
                seeds=self.seeds,
                most=MAX_CELLS,
            )
        lengths = [len(values) for values in self.grid.values()]
        words = {"count": self.n_cells, "lengths": " × ".join(map(str, lengths)), "most": MAX_CELLS}
        if len(lengths) == 1:
            raise ConfigError("This sweep has {count:,} cells; at most {most} are allowed.", **words)
        raise ConfigError("This sweep has {count:,} cells ({lengths}); at most {most} are allowed.", **words)

    def _check(self, name: str, value: Any) -> Any:
        """The value as a configuration holds it."""
        if isinstance(self.base.options.get(name), tuple) and type(value) is int:
            value = (value,)
        config = change(self.base, {name: value})
        return config.options[name] if name in config.options else getattr(config, name)


def variables(arch: str) -> tuple[str, ...]:
    """What can be varied of this architecture: its own options, then the settings of every run.

    What the results are compared on, and what decides where they are computed, is the same in every cell.
    """
    fixed = [name for name, allowed in allowed_values(arch).items() if len(allowed) == 1]
    return (*option_fields(arch), *(name for name in FIELDS if FIELDS[name].suggestions and name not in fixed))


def parse_values(text: str) -> tuple[Any, ...]:
    """Values separated by commas. The sizes of several layers are joined by hyphens, such as "64-32, 128"."""
    return tuple(_parse(part.strip()) for part in text.split(",") if part.strip())


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
            raise ConfigError(
                "{field} has the value {value} twice; each value is tried once.", field=name, value=value_text(value)
            )
