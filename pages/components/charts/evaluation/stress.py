"""Accuracy against the strength of a disturbance, drawn: a line a run, with intervals."""

from __future__ import annotations

from core.charts.evaluation.stress import StressData, StressLine
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import RUNS
from pages.components.shell.texts import tr_plain

# Height of the chart of one run in pixels.
_HEIGHT = 340
# Height of a row of the legend in pixels.
_ROW_HEIGHT = 22


def stress_chart(data: StressData) -> go.Figure:
    """Draw the lines. Several runs have a legend above."""
    figure = go.Figure()
    for number, line in enumerate(data.lines):
        figure.add_trace(_trace(data, line, RUNS[number % len(RUNS)]))
    figure.update_xaxes(title=tr_plain(data.kind.axis), fixedrange=True, zeroline=False, showgrid=False)
    figure.update_yaxes(
        title=tr_plain("accuracy"), range=[-0.02, 1.03], tickformat=".0%", fixedrange=True, zeroline=False
    )
    several = len(data.lines) > 1
    return figure.update_layout(
        height=_HEIGHT + several * len(data.lines) * _ROW_HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=several,
        legend={"orientation": "v", "y": 1.02, "yanchor": "bottom", "x": 0},
        dragmode=False,
    )


def _trace(data: StressData, line: StressLine, colour: str) -> go.Scatter:
    above = [high - accuracy for high, accuracy in zip(line.high, line.accuracy, strict=True)]
    below = [accuracy - low for low, accuracy in zip(line.low, line.accuracy, strict=True)]
    return go.Scatter(
        x=data.strengths,
        y=line.accuracy,
        name=line.name,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": 7},
        error_y={"type": "data", "array": above, "arrayminus": below, "thickness": 1.5, "width": 4},
        hovertext=[tr_plain(hover) for hover in line.hovers],
        hovertemplate="%{hovertext}<extra></extra>",
    )
