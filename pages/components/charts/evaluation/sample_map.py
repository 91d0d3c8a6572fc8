"""The map of test images, drawn by WebGL: ten thousand points stay fluent."""

from __future__ import annotations

from typing import Any

from plotly.colors import sample_colorscale

from core.charts.evaluation.sample_map import PointGroup, SampleMapData
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import CLASSES, RIGHT, WRONG
from pages.components.shell.texts import tr_html, tr_plain
from pages.components.shell.wording import certainty

# Height of the map in pixels.
_HEIGHT = 560
# Diameter of a point in pixels where there are thousands of them, and where there are few.
_SMALL, _LARGE = 5, 8
# Points that still count as few.
_FEW = 1000
# Opacity of a point, so that those under it show.
_OPACITY = 0.75
# Opacity of a point that others should stand out from.
_FAINT = 0.35
# How sure a network is nearly always is near to 1: the scale has most of its colours there.
_CONFIDENCE_COLOURS = ((0.0, "#b91c1c"), (0.5, "#ef4444"), (0.8, "#f59e0b"), (0.95, "#a3c93a"), (1.0, "#10b981"))
# Ticks of the scale of difficulty.
_MOST_TICKS = 10
# Most images are easy for every network: all others stand out from them.
_EASY_COLOUR = "#94a3b8"
_DIFFICULTY_COLOURS = ("#f5c451", "#ef6a3c", "#d4145a")


def sample_map_chart(data: SampleMapData) -> go.Figure:
    """Draw the map. Each point's `customdata` is the index of its image in the test set."""
    size = _SMALL if len(data.index) > _FEW else _LARGE
    figure = go.Figure([_trace(data, group, place, size) for place, group in enumerate(data.groups)])
    # Both axes have the same scale, since distances are what a map is about; their numbers mean nothing.
    figure.update_xaxes(visible=False, scaleanchor="y")
    figure.update_yaxes(visible=False)
    legend = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "itemsizing": "constant"}
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    return figure.update_layout(
        height=_HEIGHT,
        margin=margin,
        legend=legend,
        showlegend=data.scale is None,
        dragmode="lasso",
        # A change of the colours keeps the part that is zoomed in.
        uirevision="map",
    )


def _trace(data: SampleMapData, group: PointGroup, place: int, size: int) -> go.Scattergl:
    members = group.members
    return go.Scattergl(
        x=data.x[members],
        y=data.y[members],
        mode="markers",
        name=tr_html(group.title),
        marker={"size": size, "opacity": _OPACITY, "line": {"width": 0}, **_look(data, group, place, size)},
        customdata=data.index[members],
        text=[_hover(data, i) for i in members.tolist()],
        hovertemplate=tr_plain("Test image {number}", number="%{customdata}") + "<br>%{text}<extra></extra>",
        unselected={"marker": {"opacity": 0.15}},
    )


def _hover(data: SampleMapData, place: int) -> str:
    text = f"{data.true[place]} → {data.predicted[place]} · {certainty(float(data.confidence[place]))}"
    if data.colour_by != "difficulty" or data.scale is None:
        return text
    wrong, count = int(data.scale.values[place]), int(data.scale.end)
    return f"{text} · {tr_plain('misclassified by {wrong} of {count} networks', wrong=wrong, count=count)}"


def _look(data: SampleMapData, group: PointGroup, place: int, size: int) -> dict[str, Any]:
    if data.colour_by == "class":
        return {"color": CLASSES[place % len(CLASSES)]}
    if data.colour_by == "right":
        # The few mistakes stand out among all others.
        return ({"color": RIGHT, "opacity": _FAINT}, {"color": WRONG, "opacity": 1, "size": size + 2})[place]
    assert data.scale is not None
    bar = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left", "thickness": 10, "len": 0.5}
    scale = _confidence_scale() if data.colour_by == "confidence" else _difficulty_scale(round(data.scale.end))
    return {"color": data.scale.values[group.members], **scale, "colorbar": {**bar, **scale["colorbar"]}}


def _confidence_scale() -> dict[str, Any]:
    return {"cmin": 0, "cmax": 1, "colorscale": _CONFIDENCE_COLOURS, "colorbar": {"tickformat": ".0%"}}


def _difficulty_scale(end: int) -> dict[str, Any]:
    """A block of one colour for each number of networks from 0 to `end`."""
    shares = [number / max(1, end - 1) for number in range(end)]
    colours = [_EASY_COLOUR, *sample_colorscale(_DIFFICULTY_COLOURS, shares)]
    edges = [place / len(colours) for place in range(len(colours) + 1)]
    blocks = [(edge, colour) for place, colour in enumerate(colours) for edge in edges[place : place + 2]]
    ticks = {"dtick": max(1, round(end / _MOST_TICKS)), "tickformat": "d"}
    return {"cmin": -0.5, "cmax": end + 0.5, "colorscale": blocks, "colorbar": ticks}
