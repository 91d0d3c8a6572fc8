"""Which cells of a sweep are trained together, as one call in one process."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import accumulate

from core.config.dense_size import count_dense_parameters
from core.learners.group_key import group_key
from core.sweep.records import Trial

# Cells in a group at most.
_MOST_CELLS = 16
# Parameters of a group's networks together, at most. Of large networks, products are nearly all of a step, and each
# network has its weights and their gradients in memory.
_MOST_PARAMETERS = 2_000_000


def choose_group(waiting: Sequence[Trial], most: int, alone: Container[int]) -> list[Trial]:
    """The first of the waiting cells, and those that are to be trained with it.

    most: cells at most. alone: numbers of cells that are to be trained alone.
    """
    first, *others = waiting
    key = group_key(first.config)
    if key is None or first.number in alone:
        return [first]
    fitting = [trial for trial in others if trial.number not in alone and group_key(trial.config) == key]
    group = [first, *fitting][: max(min(most, _MOST_CELLS), 1)]
    sizes = accumulate(count_dense_parameters(trial.config) for trial in group)
    return [trial for trial, size in zip(group, sizes, strict=True) if trial is first or size <= _MOST_PARAMETERS]
