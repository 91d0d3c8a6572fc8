"""The cells of a sweep, each with all its seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from core.runs.record import ACTIVE, FAILED, FINISHED
from core.runs.result import RunResult
from core.sweep.records import Trial
from core.sweep.search_space import SearchSpace
from core.texts.message import NO_MESSAGE, Message, message


@dataclass(frozen=True)
class Cell:
    """A cell, with a trial for each of its seeds.

    number: row by row from 0.
    """

    number: int
    trials: tuple[Trial, ...]

    @property
    def shares(self) -> Mapping[int, float]:
        """The validation accuracy by the seed, of those that have finished; from 0 to 1."""
        return {trial.config.seed: trial.val_accuracy for trial in self.trials if trial.val_accuracy is not None}

    @property
    def mean(self) -> float | None:
        """Mean validation accuracy of the seeds that have finished."""
        return fmean(self.shares.values()) if self.shares else None

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the validation accuracy over the seeds; None of fewer than two."""
        return stdev(self.shares.values()) if len(self.shares) > 1 else None

    @property
    def test_accuracy(self) -> float | None:
        """Mean test accuracy of the seeds that have finished."""
        return fmean(result.test_accuracy for result in self._results) if self._results else None

    @property
    def val_loss(self) -> float:
        """Mean validation loss of the seeds that have finished; 0 where it is not known."""
        return fmean([result.val_loss or 0.0 for result in self._results] or [0.0])

    @property
    def _results(self) -> list[RunResult]:
        """Of the seeds that have finished."""
        results = [trial.record.result for trial in self.trials if trial.status == FINISHED and trial.record]
        return [result for result in results if result]

    @property
    def status(self) -> str:
        """The status of the seed that says most: one that has failed, then one at work, then one that is not done."""
        statuses = [trial.status for trial in self.trials]
        marked = [status for status in statuses if status == FAILED] + [s for s in statuses if s in ACTIVE]
        return next(iter(marked + [status for status in statuses if status != FINISHED]), FINISHED)

    @property
    def status_words(self) -> Message:
        """The status in words."""
        return next(trial.status_words for trial in self.trials if trial.status == self.status)

    @property
    def reason(self) -> Message:
        """Why a seed failed or was interrupted, else empty."""
        return next((trial.reason for trial in self.trials if trial.reason), NO_MESSAGE)

    def describe_result(self) -> Message:
        """The accuracy, with its spread where there are several seeds, or the status in words."""
        if self.mean is None:
            return self.status_words
        if self.deviation is None:
            return message("{share:.2%}", share=self.mean)
        return message(
            "{share:.2%} ± {points:.2f} over {n_seeds} seeds",
            share=self.mean,
            points=100 * self.deviation,
            n_seeds=len(self.shares),
        )


def gather_cells(space: SearchSpace, trials: Sequence[Trial]) -> list[Cell]:
    """Every cell. trials: all of the sweep, as in `SearchSpace.runs`."""
    return [Cell(number, tuple(trials[number :: space.n_cells])) for number in range(space.n_cells)]


def best_cell(cells: Sequence[Cell]) -> Cell | None:
    """The cell with the highest mean validation accuracy, of equals the one with the lower loss.

    One of which a seed has failed is the best only where that is so of all, since its mean leaves out the failure.
    """
    return max((cell for cell in cells if cell.mean is not None), key=_rank, default=None)


def _rank(cell: Cell) -> tuple[bool, float, float]:
    return cell.status != FAILED, cell.mean or 0.0, -cell.val_loss
