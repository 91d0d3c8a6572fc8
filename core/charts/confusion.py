"""The confusion matrix: how often each class was taken for each other one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.cells import Axis, Texts, TintLayer, Tints, cell_chart
from core.metrics.classification import Normalization, normalize_confusion
from pages.components.charts.palette import RIGHT, WRONG

TITLES: dict[Normalization, str] = {
    "none": "Counts",
    "true": "% of true",
    "predicted": "% of predicted",
    "all": "% of all",
}
# Strongest tints over the page's background: on white and on dark the page's text stays readable on both.
_RIGHT_ALPHA, _WRONG_ALPHA = 0.30, 0.75
# Names up to this many letters fit below their column on a phone.
_SHORT_NAME = 3
_FRAME_SIZE = 32


@dataclass(frozen=True)
class ConfusionData:
    """What the matrix shows; every field is indexed [true][predicted].

    texts: in the cells; empty where there is no image or the cell is hidden.
    hovers: a sentence on each cell.
    right, wrong: strength of the tint from 0 to 1 on and off the diagonal; None where that tint is not used.
    """

    class_names: tuple[str, ...]
    texts: Texts
    hovers: Texts
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
    size = range(len(class_names))
    diagonal = np.eye(len(class_names), dtype=bool)
    shown = (counts > 0) & ~(diagonal & hide_diagonal)
    return ConfusionData(
        class_names,
        tuple(tuple(_text(values[t, p], normalize) if shown[t, p] else "" for p in size) for t in size),
        tuple(tuple(_hover(counts, class_names, t, p) for p in size) for t in size),
        _tints(values, shown & diagonal),
        _tints(values, shown & ~diagonal),
    )


def _text(value: float, normalize: Normalization) -> str:
    if normalize == "none":
        return f"{value:.0f}"
    return f"{value:.2%}"[:-1] if normalize == "all" else f"{value:.1%}"[:-1]


def _hover(counts: NDArray[np.integer], names: tuple[str, ...], true: int, predicted: int) -> str:
    title = f"{names[true]}, recognised" if true == predicted else f"{names[true]} taken for {names[predicted]}"
    lines = [f"<b>{title}</b>", f"{counts[true, predicted]:,} of {counts[true].sum():,} images"]
    for normalize, whole in (("true", f"true {names[true]}"), ("predicted", f"predicted {names[predicted]}")):
        share = normalize_confusion(counts, normalize)[true, predicted]  # type: ignore[arg-type]
        lines.append(f"{share:.1%} of {whole}")
    return "<br>".join(lines)


def _tints(values: NDArray[np.float64], where: NDArray[np.bool_]) -> Tints:
    largest = values[where].max(initial=0.0)
    return tuple(
        tuple(float(value / largest) if keep else None for value, keep in zip(row, kept, strict=True))
        for row, kept in zip(values, where, strict=True)
    )


def confusion_chart(data: ConfusionData) -> go.Figure:
    """Draw the matrix. A click on a cell selects a point whose y is the true class and whose x the predicted one."""
    layers = [TintLayer(data.right, RIGHT, _RIGHT_ALPHA), TintLayer(data.wrong, WRONG, _WRONG_ALPHA)]
    names = data.class_names
    figure = cell_chart(Axis("True", names), Axis("Predicted", names), layers, data.texts, data.hovers, _FRAME_SIZE)
    slant = 0 if max(map(len, names)) <= _SHORT_NAME else -45
    figure.update_xaxes(tickangle=slant)
    return figure.update_yaxes(scaleanchor="x", constraintoward="bottom")
