"""Small pictures as HTML: what a network sees, with a caption."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.ink.rendering import Stroke
from pages.components.charts.palette import CHOSEN
from pages.components.pictures.data_url import data_url

_BORDER = "1px solid color-mix(in srgb, currentColor 22%, transparent)"

# The style of `figure`; a box around it gives the width.
PICTURE_STYLE = f"""
<style>
.lab-picture {{ margin: 0; }}
.lab-picture img {{ display: block; width: 100%; aspect-ratio: 1; border-radius: 0.6rem; border: {_BORDER};
  image-rendering: pixelated; background: #000; }}
.lab-picture figcaption {{ margin-top: 0.4rem; font-size: 0.85rem; line-height: 1.35; opacity: 0.7; }}
</style>
"""


def figure(source: str, text: str, kind: str = "") -> str:
    """A picture at the address `source` with a caption, both HTML. kind: a class for the box around the picture."""
    # Decoding at once avoids an empty frame where one picture takes another's place.
    image = f'<img src="{source}" alt="" decoding="sync">'
    return f'<figure class="lab-picture"><div class="{kind}">{image}</div><figcaption>{text}</figcaption></figure>'


def svg_url(content: str, view: tuple[float, float, float, float]) -> str:
    """The address of an SVG of this content. Streamlit removes SVG elements from HTML, but shows them as images.

    view: left, top, width and height of the part that is shown.
    """
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(f"{value:g}" for value in view)}" fill="none">'
    return data_url("image/svg+xml", f"{head}{content}</svg>".encode())


def polylines(strokes: Sequence[Stroke], widths: Sequence[float]) -> str:
    """White lines of these widths with round ends, in SVG; points of the strokes are its coordinates."""
    lines = "".join(
        f'<polyline points="{_points(stroke)}" stroke-width="{width:g}"/>'
        for stroke, width in zip(strokes, widths, strict=True)
        if len(stroke)
    )
    return f'<g stroke="#fff" stroke-linecap="round" stroke-linejoin="round">{lines}</g>'


def box_outline(box: Sequence[float]) -> str:
    """A dashed box, in SVG; left, top, right and bottom are its coordinates."""
    left, top, right, bottom = box
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        f'stroke="{CHOSEN}" stroke-width="2" stroke-dasharray="6 5"/>'
    )


def _points(stroke: Stroke) -> str:
    # A line needs two points to be drawn, even at the same place.
    points = stroke if len(stroke) > 1 else np.repeat(stroke, 2, axis=0)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
