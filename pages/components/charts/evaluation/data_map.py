"""The data map, drawn."""

from __future__ import annotations

from core.charts.evaluation.data_map import REGIONS, DataMap
from core.dynamics.examples import AMBIGUOUS, EASY, HARD, LEAST_CONFIDENCE, MOST_VARIABILITY
from models.texts import mark
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import RIGHT, VALIDATION, WRONG
from pages.components.shell.texts import tr_html

# The title and colour of each region.
REGION_LOOKS = {
    EASY: (mark("Easy"), RIGHT),
    AMBIGUOUS: (mark("Ambiguous"), VALIDATION),
    HARD: (mark("Hard"), WRONG),
}
# The largest standard deviation of values from 0 to 1.
_LARGEST = 0.5
# What is left free beside the outermost points, as a share of the axis.
_MARGIN = 0.03
_BORDER = {"color": "#94a3b8", "width": 1, "dash": "dot"}


def data_map_chart(data: DataMap) -> go.Figure:
    """Draw the map, on which a box or a lasso can be drawn: x is the variability, y the confidence."""
    # SVG would take seconds for as many points as WebGL draws at once.
    figure = go.Figure(
        [
            go.Scattergl(
                x=variability,
                y=confidence,
                mode="markers",
                name=tr_html(title),
                marker={"color": colour, "size": 4, "opacity": 0.55},
                hovertemplate="%{y:.2f} ± %{x:.2f}<extra>" + tr_html(title) + "</extra>",
            )
            for (title, colour), variability, confidence in zip(
                map(REGION_LOOKS.__getitem__, REGIONS), data.variability, data.confidence, strict=True
            )
        ]
    )
    figure.add_shape(type="line", x0=MOST_VARIABILITY, x1=MOST_VARIABILITY, y0=0, y1=1, line=_BORDER)
    figure.add_shape(type="line", x0=0, x1=MOST_VARIABILITY, y0=LEAST_CONFIDENCE, y1=LEAST_CONFIDENCE, line=_BORDER)
    look = {"fixedrange": True, "zeroline": False, "automargin": True}
    figure.update_xaxes(title=tr_html("Variability"), range=[-_MARGIN * _LARGEST, (1 + _MARGIN) * _LARGEST], **look)
    figure.update_yaxes(title=tr_html("Confidence"), range=[-_MARGIN, 1 + _MARGIN], **look)
    return figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode="select",
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "itemsizing": "constant", "itemclick": False},
    )
