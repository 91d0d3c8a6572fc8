"""What a sweep's results say about each setting that was varied."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any

from core.metrics.paired import t_margin
from core.sweep.cells import Cell
from core.sweep.search_space import SEED, SearchSpace
from core.texts.message import Message, message

# Values from which on an order of the means is called a trend: two values are always in some order.
_FEWEST_IN_ORDER = 3
# Standard errors up to which a difference of two counts can be chance, about 95 % of the time.
_CHANCE_ERRORS = 2


@dataclass(frozen=True)
class Trend:
    """The validation accuracies at each value of a setting.

    lines: of the grid, only those where every network has finished; a share from 0 to 1 for each value of the setting.
        Where each cell has several seeds, there is one line for each seed, the mean of the grid's lines.
    """

    space: SearchSpace
    name: str
    lines: tuple[tuple[float, ...], ...]

    @property
    def values(self) -> tuple[Any, ...]:
        """The values that were tried."""
        return self.space.grid[self.name]

    @property
    def means(self) -> tuple[float, ...]:
        """The mean accuracy at each value."""
        return tuple(fmean(column) for column in zip(*self.lines, strict=True))

    def describe(self) -> Message:
        """One or two sentences: the order of the means, and whether it can be chance."""
        best, worst = self._ends()
        words = {
            "setting": self.space.label(self.name),
            "best": self._value(best),
            "worst": self._value(worst),
            "highest": self._mean(best),
            "lowest": self._mean(worst),
        }
        if self.means[best] == self.means[worst]:
            return message("{setting} made no difference: {highest} at every value.", **words)
        if self.name == SEED:
            return message("{setting}: {lowest} at {worst} to {highest} at {best}, by chance alone.", **words)
        texts = {
            1: message("{setting}: the larger the better ({highest} at {best}, {lowest} at {worst}).", **words),
            -1: message("{setting}: the smaller the better ({highest} at {best}, {lowest} at {worst}).", **words),
            0: message("{setting}: best at {best} ({highest}), worst at {worst} ({lowest}).", **words),
        }
        return self._with_doubt(texts[self.direction])

    @property
    def direction(self) -> int:
        """1 where each larger value did better, -1 where each smaller one did, 0 otherwise or for fewer than three."""
        sizes = [_size(value) for value in self.values]
        if None in sizes or len(set(sizes)) < max(len(sizes), _FEWEST_IN_ORDER):
            return 0
        means = [mean for _, mean in sorted(zip(sizes, self.means, strict=True))]
        signs = {(after > before) - (after < before) for before, after in pairwise(means)}
        return signs.pop() if len(signs) == 1 else 0

    @property
    def chance(self) -> float:
        """The difference between the best and the worst mean that can be chance, as a share.

        With several seeds it is half of the paired t-test's interval of that difference, since the same seed gives all
        values the same order of images. With one seed only the errors of counting on few images are known: two
        standard errors of the difference of two binomial distributions.
        """
        best, worst = self._ends()
        if self._n_seeds > 1:
            return t_margin([line[best] - line[worst] for line in self.lines])
        variances = (self.means[end] * (1 - self.means[end]) / self.space.n_val for end in (best, worst))
        return _CHANCE_ERRORS * math.sqrt(sum(variances))

    @property
    def _n_seeds(self) -> int:
        return len(self.lines) if SEED in self.space.grid else self.space.seeds

    def _ends(self) -> tuple[int, int]:
        """The places of the best and of the worst value."""
        return self.means.index(max(self.means)), self.means.index(min(self.means))

    def _value(self, number: int) -> Message:
        return self.space.describe_value(self.name, self.values[number])

    def _mean(self, number: int) -> Message:
        share = self.means[number]
        if len(self.lines) > 1:
            return message("{share:.2%} on average", share=share)
        return message("{share:.2%}", share=share)

    def _with_doubt(self, text: Message) -> Message:
        best, worst = self._ends()
        words = {"trend": text, "points": 100 * self.chance, "n_seeds": self._n_seeds, "n_val": self.space.n_val}
        is_chance = self.means[best] - self.means[worst] <= self.chance
        if self._n_seeds > 1:
            if not is_chance:
                return text
            if math.isinf(self.chance):
                return message("{trend} All {n_seeds} seeds say the same, so how much is chance is not known.", **words)
            return message(
                "{trend} Over {n_seeds} seeds, a difference of up to {points:.1f} percentage points can be chance.",
                **words,
            )
        if not is_chance:
            return message("{trend} Measured with one seed.", **words)
        return message(
            "{trend} With one seed and {n_val:,} validation images, a difference of up to {points:.1f} percentage "
            "points can be chance.",
            **words,
        )


def find_trends(space: SearchSpace, cells: Sequence[Cell]) -> list[Trend]:
    """The trend of each setting with at least two values and one line of the grid where all of them have finished."""
    names = list(space.grid)
    length = len(space.grid[names[-1]])
    rows = [cells[start : start + length] for start in range(0, len(cells), length)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    # A single setting is both names, and the row is its line.
    lines = {names[0]: columns} | {names[-1]: rows}
    found = (_find_trend(space, name, lines[name]) for name in names)
    return [trend for trend in found if trend]


def _find_trend(space: SearchSpace, name: str, lines: Sequence[Sequence[Cell]]) -> Trend | None:
    # By the line, then by the cell, with a share for each seed.
    whole = [
        [list(cell.shares.values()) for cell in line]
        for line in lines
        if all(len(cell.shares) == space.seeds for cell in line)
    ]
    if len(space.grid[name]) < 2 or not whole:
        return None
    if space.seeds == 1:
        return Trend(space, name, tuple(tuple(share for [share] in line) for line in whole))
    return Trend(space, name, tuple(_mean_line(whole, repeat) for repeat in range(space.seeds)))


def _mean_line(lines: Sequence[Sequence[Sequence[float]]], repeat: int) -> tuple[float, ...]:
    """The mean of the lines for one seed."""
    return tuple(fmean(shares[repeat] for shares in column) for column in zip(*lines, strict=True))


def _size(value: Any) -> float | None:
    if isinstance(value, tuple):
        return float(sum(value))
    return float(value) if isinstance(value, (int, float)) else None
