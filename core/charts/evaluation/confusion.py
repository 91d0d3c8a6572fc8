"""The confusion matrix: how often each class was taken for each other one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.charts.cells import Hovers, Texts, Tints
from core.metrics.classification import Normalization, normalize_confusion
from core.texts.message import Message, message, plural
from models.texts import mark

TITLES: dict[Normalization, str] = {
    "none": mark("Counts"),
    "true": mark("% of true"),
    "predicted": mark("% of predicted"),
    "all": mark("% of all"),
}


@dataclass(frozen=True)
class ConfusionData:
    """What the matrix shows; every field is indexed [true][predicted].

    texts: in the cells; empty where there is no image or the cell is hidden.
    hovers: lines on each cell, the first of them a heading.
    right, wrong: strength of the tint from 0 to 1 on and off the diagonal; None where that tint is not used.
    """

    class_names: tuple[str, ...]
    texts: Texts
    hovers: Hovers
    right: Tints
    wrong: Tints


def confusion_data(
    counts: NDArray[np.integer],
    class_names: tuple[str, ...],
    normalize: Normalization = "none",
    hide_diagonal: bool = False,
) -> ConfusionData:
    """Prepare confusion counts (C, C) of C named classes.

    Right and wrong answers are tinted on scales of their own, each up to its largest value: on a shared one the
    few mistakes of a good network would not show.
    """
    values = normalize_confusion(counts, normalize)
    shares = (normalize_confusion(counts, "true"), normalize_confusion(counts, "predicted"))
    size = range(len(class_names))
    diagonal = np.eye(len(class_names), dtype=bool)
    shown = (counts > 0) & ~(diagonal & hide_diagonal)
    return ConfusionData(
        class_names,
        tuple(tuple(cell_text(values[t, p], normalize) if shown[t, p] else "" for p in size) for t in size),
        tuple(tuple(_hover(counts, shares, class_names, t, p) for p in size) for t in size),
        _tints(values, shown & diagonal),
        _tints(values, shown & ~diagonal),
    )


def cell_title(names: tuple[str, ...], true: int, predicted: int) -> Message:
    """What the images in a cell are."""
    if true == predicted:
        return message("{name}, recognised", name=names[true])
    return message("{name} taken for {other}", name=names[true], other=names[predicted])


def cell_text(value: float, normalize: Normalization) -> str:
    """A cell's count, or its share in per cent without the sign."""
    if normalize == "none":
        return f"{value:.0f}"
    return f"{value:.2%}"[:-1] if normalize == "all" else f"{value:.1%}"[:-1]


def _hover(
    counts: NDArray[np.integer],
    shares: tuple[NDArray[np.float64], NDArray[np.float64]],
    names: tuple[str, ...],
    true: int,
    predicted: int,
) -> tuple[Message, ...]:
    """Lines on a cell. shares: the counts as shares of the true and of the predicted class."""
    count, total = int(counts[true, predicted]), int(counts[true].sum())
    of_true, of_predicted = (float(share[true, predicted]) for share in shares)
    return (
        cell_title(names, true, predicted),
        plural("{number:,} of {count:,} image", "{number:,} of {count:,} images", total, number=count),
        message("{share:.1%} of true {name}", share=of_true, name=names[true]),
        message("{share:.1%} of predicted {name}", share=of_predicted, name=names[predicted]),
    )


def _tints(values: NDArray[np.float64], where: NDArray[np.bool_]) -> Tints:
    largest = values[where].max(initial=0.0)
    return tuple(
        tuple(float(value / largest) if keep else None for value, keep in zip(row, kept, strict=True))
        for row, kept in zip(values, where, strict=True)
    )
