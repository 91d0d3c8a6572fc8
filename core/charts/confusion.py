"""The confusion matrix: how often each class was taken for each other one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.palette import CHOSEN, RIGHT, WRONG
from core.metrics import Normalization, normalize_confusion

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


@dataclass(frozen=True)
class ConfusionData:
    """What the matrix shows; every field is indexed [true][predicted].

    texts: in the cells; empty where there is no image or the cell is hidden.
    hovers: a sentence on each cell.
    right, wrong: strength of the tint from 0 to 1 on and off the diagonal; None where that tint is not used.
    """

    class_names: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    hovers: tuple[tuple[str, ...], ...]
    right: tuple[tuple[float | None, ...], ...]
    wrong: tuple[tuple[float | None, ...], ...]


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


def _tints(values: NDArray[np.float64], where: NDArray[np.bool_]) -> tuple[tuple[float | None, ...], ...]:
    largest = values[where].max(initial=0.0)
    return tuple(
        tuple(float(value / largest) if keep else None for value, keep in zip(row, kept, strict=True))
        for row, kept in zip(values, where, strict=True)
    )


def confusion_chart(data: ConfusionData) -> go.Figure:
    """Draw the matrix. A click on a cell selects a point whose y is the true class and whose x the predicted one."""
    figure = go.Figure(
        [
            _heat_map(data.right, RIGHT, _RIGHT_ALPHA),
            _heat_map(data.wrong, WRONG, _WRONG_ALPHA),
            _texts(data),
            _targets(data),
        ]
    )
    ends = [-0.5, len(data.class_names) - 0.5]
    slant = 0 if max(map(len, data.class_names)) <= _SHORT_NAME else -45
    figure.update_xaxes(**_axis(data.class_names), title="Predicted", range=ends, tickangle=slant)
    figure.update_yaxes(
        **_axis(data.class_names), title="True", range=ends[::-1], scaleanchor="x", constraintoward="bottom"
    )
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}, showlegend=False, dragmode=False)
    return figure


def _axis(names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "constrain": "domain",
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "ticklabelstandoff": 6,
    }


def _heat_map(tints: tuple[tuple[float | None, ...], ...], colour: str, alpha: float) -> go.Heatmap:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    scale = [[0, f"rgba({red},{green},{blue},0)"], [1, f"rgba({red},{green},{blue},{alpha})"]]
    return go.Heatmap(z=tints, zmin=0, zmax=1, colorscale=scale, showscale=False, hoverinfo="skip", xgap=1, ygap=1)


def _texts(data: ConfusionData) -> go.Scatter:
    text = [text for row in data.texts for text in row]
    return go.Scatter(**_grid(len(data.class_names)), mode="text", text=text, hoverinfo="skip")


def _targets(data: ConfusionData) -> go.Scatter:
    # A heat map alone reports no clicks; invisible squares over it do.
    return go.Scatter(
        **_grid(len(data.class_names)),
        mode="markers",
        marker={"symbol": "square-open", "size": 32, "opacity": 0, "color": CHOSEN, "line": {"width": 2.5}},
        hovertext=[hover for row in data.hovers for hover in row],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _grid(size: int) -> dict[str, list[int]]:
    return {"x": list(range(size)) * size, "y": [true for true in range(size) for _ in range(size)]}
