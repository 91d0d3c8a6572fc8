"""The map of a sweep, drawn."""

from __future__ import annotations

from core.charts.sweep import SweepData
from pages.components.charts.cells import TintLayer, cell_chart
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import RIGHT, TRAIN, WRONG

# Opacity of the worst result's tint.
_FAINTEST = 0.06
# Opacity of the best result's tint: on white and on dark the page's text stays readable on it.
_STRONGEST = 0.55
# Opacity of the tint of cells that are being trained or have failed.
_MARKED = 0.30
# Opacity of the tint of cells that are not begun or were cut short.
_QUIET = 0.12
_GREY = "#94a3b8"
# Height of the letters in a cell in pixels.
_TEXT_SIZE = 14


def sweep_chart(data: SweepData) -> go.Figure:
    """Draw the map. A click on a cell selects a point whose y is the row and whose x the column."""
    layers = [
        TintLayer(data.finished, RIGHT, _STRONGEST, _FAINTEST),
        TintLayer(data.active, TRAIN, _MARKED),
        TintLayer(data.failed, WRONG, _MARKED),
        TintLayer(data.open, _GREY, _QUIET),
    ]
    texts = tuple(tuple(text.replace("\n", "<br>") for text in row) for row in data.texts)
    figure = cell_chart(data.rows, data.columns, layers, texts, data.hovers)
    # A click counts anywhere in a cell, which is wider than its point.
    return figure.update_layout(hoverdistance=-1).update_traces(textfont_size=_TEXT_SIZE, selector={"mode": "text"})
