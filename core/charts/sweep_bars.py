"""The accuracies of a sweep over one setting, with error bars over the seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.sweep.cells import Cell
from core.sweep.search_space import SearchSpace
from core.texts.message import Message


@dataclass(frozen=True)
class SweepBars:
    """One point for each value of the setting that has a result.

    title: the setting. means: validation accuracies in per cent. deviations: over the seeds, in percentage points; None
    where there is one seed.
    """

    title: Message
    names: tuple[Message, ...]
    means: tuple[float, ...]
    deviations: tuple[float | None, ...]


def sweep_bars(space: SearchSpace, cells: Sequence[Cell]) -> SweepBars | None:
    """Prepare the cells; None of a sweep over two settings or with one seed, and where there is no result yet."""
    known = [(cell, cell.mean) for cell in cells if cell.mean is not None]
    if len(space.grid) != 1 or space.seeds == 1 or not known:
        return None
    [(name, values)] = space.grid.items()
    return SweepBars(
        space.label(name),
        tuple(space.describe_value(name, values[cell.number]) for cell, _ in known),
        tuple(100 * mean for _, mean in known),
        tuple(None if cell.deviation is None else 100 * cell.deviation for cell, _ in known),
    )
