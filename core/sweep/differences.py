"""Which cells of a sweep the best one beats by more than chance, from cells that were trained with several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.metrics.paired import holm, t_p_value
from core.sweep.cells import Cell, best_cell
from core.sweep.search_space import SearchSpace
from core.texts.message import Message, join, message

# Chance of calling any difference more than chance that is none.
_LEVEL = 0.05
# Cells that are named in the sentence at most.
_NAMED = 3


@dataclass(frozen=True)
class Differences:
    """The best cell against each other one.

    The same seed gives all cells the same order of images, so the accuracies are compared in pairs.
    p_values: by the numbers of the other cells, corrected for their count; a cell with fewer than two seeds that the
        best one has too is left out.
    """

    space: SearchSpace
    best: Cell
    p_values: Mapping[int, float]

    @property
    def alike(self) -> tuple[int, ...]:
        """The numbers of the cells that are not shown to be worse than the best one."""
        return tuple(number for number, p_value in self.p_values.items() if p_value > _LEVEL)

    def describe(self) -> Message:
        """One or two sentences for which cells there is a difference, and what so few seeds cannot show."""
        n_alike, n_others = len(self.alike), len(self.p_values)
        words = {
            "cell": self.space.describe(self.best.number),
            "test": message("paired t-test over {n_seeds} seeds, Holm’s correction, 5 %", n_seeds=self.space.seeds),
        }
        if n_alike == n_others:
            text = message(
                "{cell} has the best mean, but with {n_seeds} seeds no other cell is clearly worse ({test}).",
                n_seeds=self.space.seeds,
                **words,
            )
        elif not n_alike:
            text = message("{cell} is better than every other cell by more than chance ({test}).", **words)
        else:
            text = message(
                "{cell} is better than {count} of the other {others} cells by more than chance ({test}). "
                "Not clearly worse: {alike}.",
                count=n_others - n_alike,
                others=n_others,
                alike=self._name_alike(),
                **words,
            )
        if self.space.seeds > 2:
            return text
        hint = message("Two seeds show only differences that are large and almost the same with both.")
        return join([text, hint], " ")

    def _name_alike(self) -> Message:
        if len(self.alike) > _NAMED:
            return message("the other {count}", count=len(self.alike))
        return join(map(self.space.describe, self.alike), "; ")


def find_differences(space: SearchSpace, cells: Sequence[Cell]) -> Differences | None:
    """The differences once every network has its result; None before, with one seed, and with nothing to compare."""
    best = best_cell(cells)
    if best is None or space.seeds == 1 or not all(trial.is_settled for cell in cells for trial in cell.trials):
        return None
    pairs = {cell.number: _pair_up(best, cell) for cell in cells if cell is not best}
    pairs = {number: differences for number, differences in pairs.items() if len(differences) > 1}
    if not pairs:
        return None
    p_values = holm([t_p_value(differences) for differences in pairs.values()])
    return Differences(space, best, dict(zip(pairs, p_values, strict=True)))


def _pair_up(best: Cell, other: Cell) -> list[float]:
    return [share - other.shares[seed] for seed, share in best.shares.items() if seed in other.shares]
