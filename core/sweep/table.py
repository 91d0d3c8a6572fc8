"""The cells of a sweep as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from core.config.fields import value_text
from core.sweep.cells import Cell
from core.sweep.differences import find_differences
from core.sweep.search_space import SearchSpace


def sweep_csv(space: SearchSpace, cells: Sequence[Cell]) -> str:
    """A row for each cell: its values, mean and standard deviation of the validation accuracy, how many seeds.

    The last column is the corrected p-value of the difference from the best cell. Nothing stands where a value is not
    known, and in the best cell's last column.
    """
    differences = find_differences(space, cells)
    p_values = differences.p_values if differences else {}
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow([*space.grid, "val_accuracy_mean", "val_accuracy_sd", "n", "p_value"])
    for cell, values in zip(cells, space.combinations(), strict=True):
        texts = [value_text(value) if isinstance(value, tuple) else value for value in values]
        table.writerow([*texts, cell.mean, cell.deviation, len(cell.shares), p_values.get(cell.number)])
    return file.getvalue()
