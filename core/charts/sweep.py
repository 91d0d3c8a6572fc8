"""The map of a sweep: the validation accuracy of each cell, and where the others stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeVar

import plotly.graph_objects as go

from core.charts.cells import Axis, Texts, TintLayer, Tints, cell_chart
from core.charts.palette import RIGHT, TRAIN, WRONG
from core.runs.record import ACTIVE, FAILED, INTERRUPTED, STOPPED
from core.sweep.records import WAITING, Trial, best_trial
from core.sweep.search_space import SearchSpace, value_text

T = TypeVar("T")

# The page's text must stay readable on the strongest tint, on white and on dark.
_FAINTEST, _STRONGEST, _MARKED, _QUIET = 0.06, 0.55, 0.30, 0.12
_GREY = "#94a3b8"
_FRAME_SIZE = 50
_TEXT_SIZE = 14
_LINE_LENGTH = 60
# One image in 10,000: a network without a mistake must have a logarithm too.
_SMALLEST_ERROR = 1e-4
_BEST = "★ "
# What stands in a cell without a result.
_SIGNS = {WAITING: "·", FAILED: "✕"}
_ACTIVE_SIGN, _CUT_SHORT_SIGN = "…", "‖"


@dataclass(frozen=True)
class SweepData:
    """What the map shows, indexed [row][column]; a sweep over one setting is a single row.

    texts: validation accuracy in per cent without the sign, or a sign for the cell's state; the best has a star.
    hovers: the cell in words.
    finished: strength of the tint from 0 (the worst result) to 1 (the best): each halving of the mistakes is an
        equal step. active, failed, open: 1 in these cells, None elsewhere.
    """

    rows: Axis
    columns: Axis
    texts: Texts
    hovers: Texts
    finished: Tints
    active: Tints
    failed: Tints
    open: Tints


def sweep_data(space: SearchSpace, trials: Sequence[Trial], titles: Sequence[str]) -> SweepData:
    """Prepare a sweep's trials, all of them, row by row. titles: of the settings that are varied."""
    axes = [
        Axis(title, tuple(map(value_text, values))) for title, values in zip(titles, space.grid.values(), strict=True)
    ]
    rows, columns = axes if len(axes) == 2 else (Axis("", ("",)), axes[0])
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


def sweep_chart(data: SweepData) -> go.Figure:
    """Draw the map. A click on a cell selects a point whose y is the row and whose x the column."""
    layers = [
        TintLayer(data.finished, RIGHT, _STRONGEST, _FAINTEST),
        TintLayer(data.active, TRAIN, _MARKED),
        TintLayer(data.failed, WRONG, _MARKED),
        TintLayer(data.open, _GREY, _QUIET),
    ]
    figure = cell_chart(data.rows, data.columns, layers, data.texts, data.hovers, _FRAME_SIZE)
    # Cells are wide, and all of a cell shall answer to a click.
    return figure.update_layout(hoverdistance=-1).update_traces(textfont_size=_TEXT_SIZE, selector={"mode": "text"})


def _text(trial: Trial, is_best: bool) -> str:
    if trial.val_accuracy is not None:
        return f"{_BEST if is_best else ''}{trial.val_accuracy:.2%}"[:-1]
    if trial.status in ACTIVE:
        return _ACTIVE_SIGN
    return _SIGNS.get(trial.status, _CUT_SHORT_SIGN)


def _hover(space: SearchSpace, trial: Trial) -> str:
    result = (
        trial.status.capitalize() if trial.val_accuracy is None else f"Validation accuracy {trial.val_accuracy:.2%}"
    )
    return "<br>".join([f"<b>{space.describe(trial.number)}</b>", result, *wrap(str(trial.reason), _LINE_LENGTH)])


def _strength(accuracy: float | None, accuracies: Sequence[float]) -> float | None:
    if accuracy is None:
        return None
    worst, best = _log_error(min(accuracies)), _log_error(max(accuracies))
    return (worst - _log_error(accuracy)) / (worst - best) if worst > best else 1.0


def _log_error(accuracy: float) -> float:
    return math.log(max(1 - accuracy, _SMALLEST_ERROR))


def _in_rows(cells: Sequence[T], width: int) -> tuple[tuple[T, ...], ...]:
    return tuple(tuple(cells[start : start + width]) for start in range(0, len(cells), width))
