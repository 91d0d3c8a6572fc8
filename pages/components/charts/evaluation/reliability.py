"""The reliability diagram, drawn: confidence against accuracy, before and after calibration."""

from __future__ import annotations

from core.charts.evaluation.reliability import Points, ReliabilityData
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import CHOSEN, VALIDATION
from pages.components.shell.texts import tr_plain

# Height of the chart in pixels.
_HEIGHT = 320
# Marker diameter in pixels of a nearly empty bin.
_SMALLEST = 5.0
# Marker diameter in pixels of the fullest bin.
_LARGEST = 26.0
# Room for a half of the largest marker beyond the axes, in pixels.
_EDGE = 13


def reliability_chart(data: ReliabilityData) -> go.Figure:
    """Draw them over the diagonal, on which confidence equals accuracy."""
    calibrated = data.calibrated.counts if data.calibrated else ()
    largest = max((*data.raw.counts, *calibrated, 1))
    line = {"color": "rgba(128,128,128,0.6)", "dash": "dot", "width": 1.5}
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", showlegend=False))
    figure.add_trace(_trace(tr_plain("Raw"), data.raw, VALIDATION, largest))
    if data.calibrated:
        figure.add_trace(_trace(tr_plain("Calibrated"), data.calibrated, CHOSEN, largest))
    axis = {"range": [-0.03, 1.05], "tickformat": ".0%", "dtick": 0.25, "fixedrange": True, "zeroline": False}
    figure.update_xaxes(title=tr_plain("confidence"), **axis)
    figure.update_yaxes(title=tr_plain("accuracy"), **axis)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    margin = {"l": 0, "r": _EDGE, "t": _EDGE, "b": 0}
    return figure.update_layout(height=_HEIGHT, margin=margin, legend=legend, dragmode=False)


def _trace(name: str, points: Points, colour: str, largest: int) -> go.Scatter:
    return go.Scatter(
        x=points.confidence,
        y=points.accuracy,
        name=name,
        # Markers alone: bins of one or two images would make a connecting line jump.
        mode="markers",
        # The point of the surest images lies at the edge, and is often the largest.
        cliponaxis=False,
        marker={
            "color": colour,
            "size": [_size(count, largest) for count in points.counts],
            "opacity": 0.75,
            "line": {"width": 0},
        },
        hovertext=[tr_plain(hover) for hover in points.hovers],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _size(count: int, largest: int) -> float:
    """The marker's area is proportional to the number of images."""
    return float(_SMALLEST + (_LARGEST - _SMALLEST) * (count / largest) ** 0.5)
