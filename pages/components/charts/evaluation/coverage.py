"""Accuracy against coverage, drawn: a curve with the chosen point."""

from __future__ import annotations

from core.charts.evaluation.coverage import CoverageData
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import CHOSEN, TEST
from pages.components.shell.texts import tr_plain

# Height of the chart in pixels.
_HEIGHT = 240
# Room for a half of the last label beyond the axis, in pixels.
_EDGE = 13


def coverage_chart(data: CoverageData) -> go.Figure:
    """Draw the curve. Its accuracies are near 1, so that their axis does not begin at 0."""
    hover = "%{hovertext}<extra></extra>"
    figure = go.Figure(
        go.Scatter(
            x=data.coverage,
            y=data.accuracy,
            mode="lines",
            line={"color": TEST, "width": 2},
            hovertext=[tr_plain(text) for text in data.hovers],
            hovertemplate=hover,
        )
    )
    if data.chosen:
        look = {"color": CHOSEN, "size": 13, "line": {"width": 0}}
        coverage, accuracy = data.chosen
        figure.add_trace(go.Scatter(x=[coverage], y=[accuracy], mode="markers", marker=look, hoverinfo="skip"))
    axis = {"fixedrange": True, "zeroline": False, "tickformat": ".0%"}
    figure.update_xaxes(
        title=tr_plain("coverage: share of the images that are answered"), range=[-0.02, 1.03], dtick=0.25, **axis
    )
    figure.update_yaxes(title=tr_plain("accuracy of these"), **(axis | {"tickformat": ".1%"}))
    return figure.update_layout(
        height=_HEIGHT, margin={"l": 0, "r": _EDGE, "t": 8, "b": 0}, showlegend=False, dragmode=False
    )
