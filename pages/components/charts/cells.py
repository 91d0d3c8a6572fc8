"""Draws a grid of cells that are tinted, written on and clicked."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from core.charts.cells import Axis, Hovers, Texts, Tints
from core.texts.message import Message
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import CHOSEN
from pages.components.shell.texts import tr_html

# Half of the side of a cell's frame, as a share of the cell's side: neighbours' frames do not touch.
_HALF_FRAME = 0.48
# Width of the frame's line in pixels.
_FRAME_WIDTH = 2.5
# Side of the square that is clicked in the middle of a cell in pixels.
_TARGET_SIZE = 32
# Letters in a line of what is said of a cell.
_LINE_LENGTH = 60


class TintLayer(NamedTuple):
    """One colour over the cells, from `faintest` at tint 0 to `strongest` at tint 1; none where the tint is None."""

    tints: Tints
    colour: str
    strongest: float
    faintest: float = 0.0


def cell_chart(rows: Axis, columns: Axis, layers: Sequence[TintLayer], texts: Texts, hovers: Hovers) -> go.Figure:
    """Draw the grid, its first row on top; everything is indexed [row][column].

    A click on a cell selects a point whose y is the row and whose x the column. The frames of the cells, which are not
    seen, are the chart's shapes, row by row.
    """
    places = _places(len(rows.names), len(columns.names))
    # All at once: each update of a figure checks it anew.
    layout = {
        "xaxis": _axis(columns) | {"range": [-0.5, len(columns.names) - 0.5]},
        "yaxis": _axis(rows) | {"range": [len(rows.names) - 0.5, -0.5]},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "showlegend": False,
        "dragmode": False,
        "shapes": [_frame(row, column) for row, column in zip(places["y"], places["x"], strict=True)],
    }
    return go.Figure([*map(_heat_map, layers), _texts(places, texts), _targets(places, hovers)], layout)


def _axis(axis: Axis) -> dict[str, Any]:
    return {
        "title": {"text": tr_html(axis.title)},
        "tickvals": list(range(len(axis.names))),
        "ticktext": [tr_html(name) for name in axis.names],
        "constrain": "domain",
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "ticklabelstandoff": 6,
        # A label is shown although it is higher than its row.
        "ticklabeloverflow": "allow",
    }


def _heat_map(layer: TintLayer) -> go.Heatmap:
    red, green, blue = (int(layer.colour[start : start + 2], 16) for start in (1, 3, 5))
    ends = ((0, layer.faintest), (1, layer.strongest))
    scale = [[end, f"rgba({red},{green},{blue},{alpha})"] for end, alpha in ends]
    return go.Heatmap(
        z=layer.tints, zmin=0, zmax=1, colorscale=scale, showscale=False, hoverinfo="skip", xgap=1, ygap=1
    )


def _texts(places: dict[str, list[int]], texts: Texts) -> go.Scatter:
    return go.Scatter(**places, mode="text", text=[text for row in texts for text in row], hoverinfo="skip")


def _frame(row: int, column: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": column - _HALF_FRAME,
        "x1": column + _HALF_FRAME,
        "y0": row - _HALF_FRAME,
        "y1": row + _HALF_FRAME,
        "line": {"color": CHOSEN, "width": _FRAME_WIDTH},
        "opacity": 0,
    }


def _targets(places: dict[str, list[int]], hovers: Hovers) -> go.Scatter:
    # A heat map alone reports no clicks; invisible squares over it do.
    return go.Scatter(
        **places,
        mode="markers",
        marker={"symbol": "square", "size": _TARGET_SIZE, "opacity": 0},
        hovertext=[_hover(lines) for row in hovers for lines in row],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _hover(lines: Sequence[Message]) -> str:
    heading, *rest = map(tr_html, lines)
    return "<br>".join([f"<b>{heading}</b>", *("<br>".join(wrap(line, _LINE_LENGTH)) for line in rest)])


def _places(n_rows: int, n_columns: int) -> dict[str, list[int]]:
    return {"x": list(range(n_columns)) * n_rows, "y": [row for row in range(n_rows) for _ in range(n_columns)]}
