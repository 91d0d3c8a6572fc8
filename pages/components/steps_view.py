"""How the way from a drawing to the network's picture looks, one picture a step."""

from __future__ import annotations

from collections.abc import Sequence

from core.charts.palette import CHOSEN
from core.strokes import MIDDLE, SIDE, Stages, Stroke
from pages.components.picture_html import PICTURE_STYLE, figure, png_url, polylines, svg_url

_STYLE = f"""
{PICTURE_STYLE}
<style>
.lab-stages {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1.5rem; }}
.lab-stages .lab-picture > div {{ position: relative; }}
.lab-stages .cross::before, .lab-stages .cross::after {{ content: ""; position: absolute; background: {CHOSEN};
  opacity: 0.7; }}
.lab-stages .cross::before {{ left: 0; right: 0; height: 1px; top: {MIDDLE / SIDE:.2%}; }}
.lab-stages .cross::after {{ top: 0; bottom: 0; width: 1px; left: {MIDDLE / SIDE:.2%}; }}
</style>
"""


def stages_html(strokes: Sequence[Stroke], stages: Stages, view: tuple[int, int, int, int]) -> str:
    """The way from the strokes to the picture, one picture a step. `view`: left, top, width, height of the canvas."""
    steps = (
        (_strokes_image(strokes, stages, view), "", "1. Your strokes, and the box around them"),
        (png_url(stages.scaled), "", "2. The box scaled to 20×20 pixels, with lines as thick as MNIST’s"),
        (
            png_url(stages.picture),
            "cross",
            "3. Moved in a field of 28×28 pixels, so that the ink balances in its middle",
        ),
    )
    figures = "".join(figure(source, text, kind) for source, kind, text in steps)
    return f'{_STYLE}<div class="lab-stages">{figures}</div>'


def _strokes_image(strokes: Sequence[Stroke], stages: Stages, view: tuple[int, int, int, int]) -> str:
    left, top, right, bottom = stages.box
    box = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        f'stroke="{CHOSEN}" stroke-width="2" stroke-dasharray="6 5"/>'
    )
    return svg_url(polylines(strokes, 8) + box, view)
