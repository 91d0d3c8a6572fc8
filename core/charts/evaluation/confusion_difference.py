"""The difference of two confusion matrices: where a second network predicts otherwise than a first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.charts.cells import Hovers, Texts, Tints
from core.charts.evaluation.confusion import cell_title
from core.texts.message import Message, message


@dataclass(frozen=True)
class ConfusionDifferenceData:
    """What the chart of B − A shows; every field is indexed [true][predicted].

    texts: the difference with its sign; empty where there is none.
    hovers: lines on each cell, the first of them a heading.
    fewer, more: strength of the tint from 0 to 1 where B has fewer and more images than A; else None.
    largest: the greatest difference, regardless of its sign, which has a tint of 1.
    """

    class_names: tuple[str, ...]
    texts: Texts
    hovers: Hovers
    fewer: Tints
    more: Tints
    largest: int


def confusion_difference_data(
    a: NDArray[np.integer], b: NDArray[np.integer], class_names: tuple[str, ...]
) -> ConfusionDifferenceData:
    """Prepare the difference of two confusion counts (C, C) of the same images.

    Both signs and the diagonal share one scale, so that equal tints are equal numbers of images.
    """
    difference = b.astype(np.int64) - a
    largest = int(np.abs(difference).max(initial=0))
    size = range(len(class_names))
    return ConfusionDifferenceData(
        class_names,
        tuple(tuple(signed(int(difference[t, p])) for p in size) for t in size),
        tuple(tuple(_hover(a, b, class_names, t, p) for p in size) for t in size),
        _tints(-difference, largest),
        _tints(difference, largest),
        largest,
    )


def signed(value: int) -> str:
    """A difference with its sign, by a minus as wide as the plus; empty for 0."""
    if value == 0:
        return ""
    return f"+{value:,}" if value > 0 else f"−{-value:,}"


def _hover(
    a: NDArray[np.integer], b: NDArray[np.integer], names: tuple[str, ...], true: int, predicted: int
) -> tuple[Message, ...]:
    first, second = int(a[true, predicted]), int(b[true, predicted])
    return (
        cell_title(names, true, predicted),
        message("A: {count:,}", count=first),
        message("B: {count:,}", count=second),
        message("Difference: {difference}", difference=signed(second - first) or "0"),
    )


def _tints(values: NDArray[np.int64], largest: int) -> Tints:
    return tuple(tuple(float(value / largest) if value > 0 else None for value in row) for row in values)
