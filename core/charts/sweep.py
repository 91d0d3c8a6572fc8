"""The map of a sweep: the validation accuracy of each cell, and where the others stand."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.charts.cells import Axis, Hovers, Texts, Tints
from core.runs.record import ACTIVE, FAILED, INTERRUPTED, STOPPED
from core.sweep.cells import Cell, best_cell
from core.sweep.differences import find_differences
from core.sweep.records import WAITING
from core.sweep.search_space import SearchSpace
from core.texts.message import NO_MESSAGE, Message, message

T = TypeVar("T")

# Share of mistakes that a network without any is taken to have, since 0 has no logarithm: one image in 10,000.
_SMALLEST_ERROR = 1e-4
_BEST = "★ "
# Before a result that the seeds do not show to be worse than the best one.
_ALIKE = "☆ "
# Signs in cells without a result, by their state.
_SIGNS = {WAITING: "·", FAILED: "✕", STOPPED: "‖", INTERRUPTED: "‖", **dict.fromkeys(ACTIVE, "…")}


@dataclass(frozen=True)
class SweepData:
    """What the map shows, indexed [row][column]; a sweep over one setting is a single row.

    texts: validation accuracy in per cent without the sign, or a sign for the cell's state. The best cell has a star,
        and each cell that the seeds do not show to be worse has a hollow one. Of several seeds it is the mean,
        and a second line is the standard deviation.
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


def sweep_data(space: SearchSpace, cells: Sequence[Cell]) -> SweepData:
    """Prepare a sweep's cells, all of them, row by row."""
    axes = [
        Axis(space.label(name), tuple(space.describe_value(name, value) for value in values))
        for name, values in space.grid.items()
    ]
    rows, columns = axes if len(axes) == 2 else (Axis(NO_MESSAGE, (NO_MESSAGE,)), axes[0])
    best, differences = best_cell(cells), find_differences(space, cells)
    alike = differences.alike if differences else ()
    signs = {best.number: _BEST} if best else {}
    signs |= dict.fromkeys(alike, _ALIKE)
    accuracies = [cell.mean for cell in cells if cell.mean is not None]
    width = len(columns.names)
    return SweepData(
        rows,
        columns,
        _in_rows([_text(cell, signs.get(cell.number, "")) for cell in cells], width),
        _in_rows([_hover(space, cell, cell.number in alike) for cell in cells], width),
        _in_rows([_strength(cell.mean, accuracies) for cell in cells], width),
        _in_rows([_mark(cell, ACTIVE) for cell in cells], width),
        _in_rows([_mark(cell, (FAILED,)) for cell in cells], width),
        _in_rows([_mark(cell, (WAITING, STOPPED, INTERRUPTED)) for cell in cells], width),
    )


def _mark(cell: Cell, statuses: Container[str]) -> float | None:
    """1 for a cell of these statuses. A failed seed is marked beside the others' result too."""
    is_shown = cell.mean is None or cell.status == FAILED
    return 1.0 if is_shown and cell.status in statuses else None


def _text(cell: Cell, sign: str) -> str:
    if cell.mean is None:
        return _SIGNS[cell.status]
    result = f"{sign}{cell.mean:.2%}"[:-1]
    if cell.status == FAILED:
        result = f"{_SIGNS[FAILED]} {result}"
    return result if cell.deviation is None else f"{result}\n± {100 * cell.deviation:.2f}"


def _hover(space: SearchSpace, cell: Cell, is_alike: bool) -> tuple[Message, ...]:
    lines = [space.describe(cell.number)]
    if cell.mean is None:
        lines.append(cell.status_words)
    else:
        lines.append(message("Validation accuracy {result}", result=cell.describe_result()))
    if is_alike:
        lines.append(message("Not clearly worse than the best cell."))
    return *lines, *([cell.reason] if cell.reason else [])


def _strength(accuracy: float | None, accuracies: Sequence[float]) -> float | None:
    if accuracy is None:
        return None
    worst, best = _log_error(min(accuracies)), _log_error(max(accuracies))
    return (worst - _log_error(accuracy)) / (worst - best) if worst > best else 1.0


def _log_error(accuracy: float) -> float:
    return math.log(max(1 - accuracy, _SMALLEST_ERROR))


def _in_rows(cells: Sequence[T], width: int) -> tuple[tuple[T, ...], ...]:
    return tuple(tuple(cells[start : start + width]) for start in range(0, len(cells), width))
