"""The sums of mistakes at the sides of a confusion matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.charts.cells import Tints
from core.charts.evaluation.confusion import ConfusionData, cell_text
from core.metrics.classification import Normalization
from core.texts.message import Message, message, plural

# Stands at the row and the column of sums.
MISTAKES_NAME = "✗"


def with_mistakes(data: ConfusionData, counts: NDArray[np.integer], normalize: Normalization) -> ConfusionData:
    """The matrix with a further column, the mistakes on each true class, and a further row, those of each prediction.

    They are counts, or shares of the same as the cells beside them; empty where a sum of shares would mean nothing.
    """
    wrong = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    of_true, of_predicted, total = wrong.sum(1), wrong.sum(0), int(wrong.sum())
    right, below = (_sums(wrong, counts, axis, normalize) for axis in (1, 0))
    overall = cell_text(total / max(int(counts.sum()), 1), "all") if normalize == "all" else str(total)
    corner = overall if normalize in ("none", "all") else ""
    names = data.class_names
    return ConfusionData(
        (*names, MISTAKES_NAME),
        (*((*row, text) for row, text in zip(data.texts, right, strict=True)), (*below, corner)),
        (
            *(
                (*row, (message("True {name}", name=name), _mistakes(int(count))))
                for row, name, count in zip(data.hovers, names, of_true, strict=True)
            ),
            (
                *(
                    (message("Predicted {name}", name=name), _mistakes(int(count)))
                    for name, count in zip(names, of_predicted, strict=True)
                ),
                (message("All classes"), _mistakes(total)),
            ),
        ),
        _with_blank(data.right),
        _with_blank(data.wrong),
    )


def _sums(
    wrong: NDArray[np.int64], counts: NDArray[np.integer], axis: int, normalize: Normalization
) -> tuple[str, ...]:
    sums, totals = wrong.sum(axis), counts.sum(axis)
    if normalize == "none":
        return tuple(str(count) if count else "" for count in sums)
    if normalize == "all":
        return tuple(cell_text(count / counts.sum(), "all") if count else "" for count in sums)
    # A row of shares adds up to the share of mistakes only where the shares are of that row.
    if normalize != ("true" if axis == 1 else "predicted"):
        return ("",) * len(sums)
    return tuple(
        cell_text(count / total, normalize) if count else "" for count, total in zip(sums, totals, strict=True)
    )


def _mistakes(count: int) -> Message:
    return plural("{count:,} mistake", "{count:,} mistakes", count)


def _with_blank(tints: Tints) -> Tints:
    return (*((*row, None) for row in tints), (None,) * (len(tints) + 1))
