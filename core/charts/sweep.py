"""The map of a sweep: the validation accuracy of each cell, and where the others stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.charts.cells import Axis, Hovers, Texts, Tints
from core.runs.record import ACTIVE, FAILED, INTERRUPTED, STOPPED
from core.sweep.records import WAITING, Trial, best_trial
from core.sweep.search_space import SearchSpace
from core.texts.message import NO_MESSAGE, Message, message

T = TypeVar("T")

# Share of mistakes that a network without any is taken to have, since 0 has no logarithm: one image in 10,000.
_SMALLEST_ERROR = 1e-4
_BEST = "★ "
# Signs in cells without a result, by their state.
_SIGNS = {WAITING: "·", FAILED: "✕", STOPPED: "‖", INTERRUPTED: "‖", **dict.fromkeys(ACTIVE, "…")}


@dataclass(frozen=True)
class SweepData:
    """What the map shows, indexed [row][column]; a sweep over one setting is a single row.

    texts: validation accuracy in per cent without the sign, or a sign for the cell's state; the best has a star.
    hovers: lines on each cell, the first of them a heading.
    finished: strength of the tint from 0 (the worst result) to 1 (the best): each halving of the mistakes is an
        equal step. active, failed, open: 1 in these cells, None elsewhere.
    """

    rows: Axis
    columns: Axis
    texts: Texts
    hovers: Hovers
    finished: Tints
    active: Tints
    failed: Tints
    open: Tints


def sweep_data(space: SearchSpace, trials: Sequence[Trial]) -> SweepData:
    """Prepare a sweep's trials, all of them, row by row."""
    axes = [
        Axis(space.label(name), tuple(space.describe_value(name, value) for value in values))
        for name, values in space.grid.items()
    ]
    rows, columns = axes if len(axes) == 2 else (Axis(NO_MESSAGE, (NO_MESSAGE,)), axes[0])
    best = best_trial(trials)
    accuracies = [trial.val_accuracy for trial in trials if trial.val_accuracy is not None]
    width = len(columns.names)
    return SweepData(
        rows,
        columns,
        _in_rows([_text(trial, trial is best) for trial in trials], width),
        _in_rows([_hover(space, trial) for trial in trials], width),
        _in_rows([_strength(trial.val_accuracy, accuracies) for trial in trials], width),
        _in_rows([1.0 if trial.status in ACTIVE else None for trial in trials], width),
        _in_rows([1.0 if trial.status == FAILED else None for trial in trials], width),
        _in_rows([1.0 if trial.status in (WAITING, STOPPED, INTERRUPTED) else None for trial in trials], width),
    )


def _text(trial: Trial, is_best: bool) -> str:
    if trial.val_accuracy is not None:
        return f"{_BEST if is_best else ''}{trial.val_accuracy:.2%}"[:-1]
    return _SIGNS[trial.status]


def _hover(space: SearchSpace, trial: Trial) -> tuple[Message, ...]:
    if trial.val_accuracy is not None:
        result = message("Validation accuracy {share:.2%}", share=trial.val_accuracy)
    else:
        result = trial.status_words
    return space.describe(trial.number), result, *([trial.reason] if trial.reason else [])


def _strength(accuracy: float | None, accuracies: Sequence[float]) -> float | None:
    if accuracy is None:
        return None
    worst, best = _log_error(min(accuracies)), _log_error(max(accuracies))
    return (worst - _log_error(accuracy)) / (worst - best) if worst > best else 1.0


def _log_error(accuracy: float) -> float:
    return math.log(max(1 - accuracy, _SMALLEST_ERROR))


def _in_rows(cells: Sequence[T], width: int) -> tuple[tuple[T, ...], ...]:
    return tuple(tuple(cells[start : start + width]) for start in range(0, len(cells), width))
