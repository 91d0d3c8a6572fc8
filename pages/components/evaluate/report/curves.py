"""Learning curves as SVG, for a page without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

# Size of a chart, and what its axes take on the left and below, in units of its own.
_WIDTH, _HEIGHT = 460, 240
_LEFT, _BELOW, _TOP = 52, 34, 12
# Lines across the chart, the axis among them.
_LINES = 5


@dataclass(frozen=True)
class Line:
    """A curve. x, y: (N,), without gaps; both in the units of the axes."""

    name: str
    colour: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def curves_svg(title: str, lines: Sequence[Line], x_end: float, is_share: bool) -> str:
    """A chart of these lines over epochs from 0 to `x_end`, with a legend.

    is_share: whether y is a share from 0 to 1, written in per cent.
    """
    values = np.concatenate([line.y for line in lines])
    low, high = (float(values.min()), 1.0) if is_share else (0.0, float(values.max()))
    span = max(high - low, 1e-9)

    def place(x: float, y: float) -> str:
        across = _LEFT + (_WIDTH - _LEFT - 10) * x / x_end
        down = _HEIGHT - _BELOW - (_HEIGHT - _BELOW - _TOP) * (y - low) / span
        return f"{across:.1f},{down:.1f}"

    drawn = "".join(
        f'<polyline points="{" ".join(map(place, line.x, line.y))}" fill="none" stroke="{line.colour}" '
        'stroke-width="1.8" stroke-linejoin="round"/>'
        for line in lines
    )
    legend = " ".join(f'<span style="color:{line.colour}">●</span> {escape(line.name)}' for line in lines)
    return (
        f'<figure class="curves"><figcaption>{escape(title)} <small>{legend}</small></figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{_axes(low, high, x_end, is_share)}{drawn}</svg></figure>"
    )


def _axes(low: float, high: float, x_end: float, is_share: bool) -> str:
    parts = []
    for number in range(_LINES):
        share = number / (_LINES - 1)
        y, value = _HEIGHT - _BELOW - (_HEIGHT - _BELOW - _TOP) * share, low + (high - low) * share
        text = f"{value:.1%}" if is_share else f"{value:.3g}"
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>')
    for share in (0.0, 0.5, 1.0):
        x = _LEFT + (_WIDTH - _LEFT - 10) * share
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 12}" text-anchor="middle">{x_end * share:g}</text>')
    return "".join(parts)
