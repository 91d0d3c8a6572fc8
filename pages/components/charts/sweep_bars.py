"""The accuracies of a sweep over one setting, drawn."""

from __future__ import annotations

from core.charts.sweep_bars import SweepBars
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import VALIDATION
from pages.components.shell.texts import tr_html

# Height of the chart in pixels.
_HEIGHT = 260


def sweep_bars_chart(bars: SweepBars) -> go.Figure:
    """A point for each value, as high as the mean, and a bar of one standard deviation up and down."""
    names = [tr_html(name) for name in bars.names]
    points = go.Scatter(
        x=names,
        y=bars.means,
        mode="lines+markers",
        line={"color": VALIDATION, "width": 1},
        marker={"color": VALIDATION, "size": 9},
        error_y={"type": "data", "array": bars.deviations, "thickness": 1.5, "width": 6},
        hovertemplate="%{x}: %{y:.2f} %<extra></extra>",
    )
    layout = {
        "height": _HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
        # Values are in the order in which they were given, at equal distances.
        "xaxis": {"title": {"text": tr_html(bars.title)}, "type": "category", "fixedrange": True},
        "yaxis": {"ticksuffix": " %", "fixedrange": True},
        "dragmode": False,
    }
    return go.Figure([points], layout)
