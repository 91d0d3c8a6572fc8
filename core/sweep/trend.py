"""What a sweep's results say about each setting that was varied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any

from core.sweep.records import Trial
from core.sweep.search_space import SearchSpace, value_text

# Numbers whose size means nothing.
_UNORDERED = ("seed",)


@dataclass(frozen=True)
class Trend:
    """Mean validation accuracy at each value of a setting, over those lines of the grid where all have finished.

    n_lines: how many lines those are.
    """

    name: str
    values: tuple[Any, ...]
    means: tuple[float, ...]
    n_lines: int

    def describe(self, title: str) -> str:
        """A sentence about the setting called `title`, which says no more than the means do."""
        pairs = list(zip(self.values, self.means, strict=True))
        best, worst = max(pairs, key=lambda pair: pair[1]), min(pairs, key=lambda pair: pair[1])
        average = " on average" if self.n_lines > 1 else ""
        if best[1] == worst[1]:
            return f"{title} made no difference: {best[1]:.2%}{average} at every value."
        words = {1: "the larger the better", -1: "the smaller the better", 0: f"{value_text(best[0])} did best"}
        figures = f"{best[1]:.2%}{average} at {value_text(best[0])}, {worst[1]:.2%} at {value_text(worst[0])}"
        return f"{title}: {words[self.direction]} ({figures})."

    @property
    def direction(self) -> int:
        """1 where each larger value did better, -1 where each smaller one did, 0 otherwise."""
        sizes = [_size(value) for value in self.values]
        if self.name in _UNORDERED or None in sizes or len(set(sizes)) < len(sizes):
            return 0
        means = [mean for _, mean in sorted(zip(sizes, self.means, strict=True))]
        signs = {(after > before) - (after < before) for before, after in pairwise(means)}
        return signs.pop() if len(signs) == 1 else 0


def find_trends(space: SearchSpace, trials: Sequence[Trial]) -> list[Trend]:
    """The trend of each setting with at least two values and one line of the grid where all of them have finished."""
    names = list(space.grid)
    length = len(space.grid[names[-1]])
    rows = [trials[start : start + length] for start in range(0, len(trials), length)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    # With one setting the two are the same name, and the row is its line.
    lines = {names[0]: columns} | {names[-1]: rows}
    found = (_find_trend(name, space.grid[name], lines[name]) for name in names)
    return [trend for trend in found if trend]


def _find_trend(name: str, values: tuple[Any, ...], lines: Sequence[Sequence[Trial]]) -> Trend | None:
    accuracies = [[trial.val_accuracy for trial in line] for line in lines]
    whole = [[accuracy for accuracy in line if accuracy is not None] for line in accuracies if None not in line]
    if len(values) < 2 or not whole:
        return None
    return Trend(name, values, tuple(fmean(column) for column in zip(*whole, strict=True)), len(whole))


def _size(value: Any) -> float | None:
    if isinstance(value, tuple):
        return float(sum(value))
    return float(value) if isinstance(value, (int, float)) else None
