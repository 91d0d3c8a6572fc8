"""The reliability diagram: how often a network is right, by how sure it is, before and after calibration."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from core.charts.palette import CHOSEN, VALIDATION
from core.uncertainty.record import Check

_HEIGHT = 320
# Marker sizes, from a bin with one image to the fullest.
_SMALLEST, _LARGEST = 5.0, 26.0


@dataclass(frozen=True)
class Points:
    """The bins that hold any image: mean confidence and share of right answers, from 0 to 1, and how many there are.

    hovers: a sentence on each.
    """

    confidence: tuple[float, ...]
    accuracy: tuple[float, ...]
    counts: tuple[int, ...]
    hovers: tuple[str, ...]


@dataclass(frozen=True)
class ReliabilityData:
    """As the network gives its probabilities, and calibrated."""

    raw: Points
    calibrated: Points


def reliability_data(check: Check) -> ReliabilityData:
    """Prepare a calibration's check."""
    return ReliabilityData(_points(check.raw_bins), _points(check.bins))


def reliability_chart(data: ReliabilityData) -> go.Figure:
    """Draw both over the diagonal, on which a network is right just as often as it says."""
    largest = max((*data.raw.counts, *data.calibrated.counts, 1))
    line = {"color": "rgba(128,128,128,0.6)", "dash": "dot", "width": 1.5}
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", showlegend=False))
    figure.add_trace(_trace("As the network says", data.raw, VALIDATION, largest))
    figure.add_trace(_trace("Calibrated", data.calibrated, CHOSEN, largest))
    axis = {"range": [-0.03, 1.05], "tickformat": ".0%", "dtick": 0.25, "fixedrange": True, "zeroline": False}
    figure.update_xaxes(title="how sure it is", **axis)
    figure.update_yaxes(title="how often it is right", **axis)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    return figure.update_layout(height=_HEIGHT, margin=margin, legend=legend, dragmode=False)


def _points(bins: tuple[tuple[float, ...], ...]) -> Points:
    filled = [(int(count), confidence, accuracy) for count, confidence, accuracy in bins if count]
    return Points(
        tuple(confidence for _, confidence, _ in filled),
        tuple(accuracy for _, _, accuracy in filled),
        tuple(count for count, _, _ in filled),
        tuple(
            f"{count:,} image{'s' * (count > 1)}: {confidence:.1%} sure, {accuracy:.1%} right"
            for count, confidence, accuracy in filled
        ),
    )


def _trace(name: str, points: Points, colour: str, largest: int) -> go.Scatter:
    return go.Scatter(
        x=points.confidence,
        y=points.accuracy,
        name=name,
        # No line from one to the next: bins of one or two images would make it jump.
        mode="markers",
        marker={
            "color": colour,
            "size": [_size(count, largest) for count in points.counts],
            "opacity": 0.75,
            "line": {"width": 0},
        },
        hovertext=points.hovers,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _size(count: int, largest: int) -> float:
    """The marker's area tells the number of images."""
    return float(_SMALLEST + (_LARGEST - _SMALLEST) * (count / largest) ** 0.5)
