"""A network drawn as a chain of blocks, one for each layer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from core.anatomy.counting import shape_text
from core.anatomy.layers import PRELU, RELU, SIGMOID, TANH
from core.charts.network import Block
from core.texts.message import plural
from pages.components.charts.palette import CHOSEN
from pages.components.shell.texts import tr_html, tr_plain

# Side of a drawing, in units of its SVG.
_SIZE = 72
_MAX_SHEETS = 6
# Distance between the corners of two sheets, in units of the SVG.
_SHEET_STEP = 3.5
_MAX_DOTS = 9
_CURVES = {
    RELU: "M14 40H36L56 18",
    PRELU: "M14 46L36 40L56 18",
    SIGMOID: "M12 40C30 40 40 20 60 20",
    TANH: "M12 58C34 58 38 22 60 22",
}


_STYLE = f"""
<style>
.lab-net {{ display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1.5rem 0; margin: 0.75rem 0 1.75rem; }}
.lab-net figure {{ display: flex; margin: 0; }}
.lab-net .body {{ display: flex; flex-direction: column; align-items: center; text-align: center; min-width: 3.6rem; }}
.lab-net svg {{ display: block; width: 4.5rem; height: 4.5rem; margin-bottom: 0.35rem; fill: none;
  stroke: currentColor; stroke-width: 1.5; opacity: 0.7; }}
.lab-net .small svg {{ width: 3.6rem; }}
.lab-net .weighted svg {{ stroke: {CHOSEN}; opacity: 1; }}
.lab-net .fill {{ fill: currentColor; stroke: none; }}
.lab-net .weighted .fill {{ fill: {CHOSEN}; }}
.lab-net .sheet {{ fill: color-mix(in srgb, currentColor 12%, transparent); }}
.lab-net .weighted .sheet {{ fill: color-mix(in srgb, {CHOSEN} 16%, transparent); }}
.lab-net .axis {{ opacity: 0.45; stroke-width: 1; }}
.lab-net .thick {{ stroke-width: 2.5; }}
.lab-net b {{ font-weight: 600; font-size: 0.88rem; line-height: 1.4; }}
.lab-net span {{ font-size: 0.76rem; line-height: 1.45; opacity: 0.75; white-space: nowrap; }}
.lab-net .next {{ width: 1rem; height: 4.5rem; line-height: 4.5rem; text-align: center; opacity: 0.65; }}
.lab-net figure:last-child .next {{ display: none; }}
@media (max-width: 640px) {{
  .lab-net {{ flex-direction: column; flex-wrap: nowrap; align-items: stretch; gap: 0; }}
  .lab-net figure {{ display: block; }}
  .lab-net .body {{ display: grid; text-align: left; align-content: center; grid-template-columns: 4.5rem 1fr;
    column-gap: 1.25rem; min-height: 4.5rem; }}
  .lab-net .body > :not(svg) {{ grid-column: 2; }}
  .lab-net svg {{ grid-column: 1; grid-row: 1 / span 6; align-self: center; justify-self: center; margin: 0; }}
  .lab-net .small .body {{ min-height: 3.25rem; }}
  .lab-net .small svg {{ height: 3.25rem; }}
  .lab-net .next {{ width: 4.5rem; height: auto; line-height: 1.3; }}
  .lab-net br {{ display: none; }}
  .lab-net .next i {{ display: inline-block; transform: rotate(90deg); }}
}}
</style>
"""


def network_chart(blocks: tuple[Block, ...]) -> str:
    """The blocks as HTML with inline SVG, in the page's own colours: from left to right, on a phone downwards."""
    figures = (_figure(block, blocks[place - 1] if place else None) for place, block in enumerate(blocks))
    # A single line, since Markdown takes indented lines for code.
    return "".join([*(line.strip() for line in _STYLE.splitlines()), '<div class="lab-net">', *figures, "</div>"])


def _figure(block: Block, before: Block | None) -> str:
    title = tr_plain(block.title)
    name = tr_plain("image") if block.name is None else block.name
    lines = [f"<b>{escape(name)}</b>"]
    if title.lower() != name.lower():
        lines.append(f"<span>{escape(title)}</span>")
    if before is None or block.is_weighted or block.shape != before.shape:
        lines.append(f"<span>{shape_text(block.shape)}</span>")
    if block.n_parameters:
        count = plural("{count:,} <br>parameter", "{count:,} <br>parameters", block.n_parameters)
        lines.append(f"<span>{tr_html(count)}</span>")
    kind = "weighted" if block.is_weighted else "" if block.drawing == "sheets" else "small"
    picture = f'<svg viewBox="0 0 {_SIZE} {_SIZE}" aria-hidden="true">{"".join(_draw(block))}</svg>'
    return (
        f'<figure class="{kind}"><div class="body">{picture}{"".join(lines)}</div>'
        '<div class="next" aria-hidden="true"><i>→</i></div></figure>'
    )


def _draw(block: Block) -> Iterator[str]:
    match block.drawing:
        case "sheets":
            yield from _sheets(*block.shape[:2])
        case "dots":
            yield from _dots(block.shape[0])
        case "flatten":
            yield '<path class="thick" d="M36 8V64" stroke-dasharray="3 3"/>'
        case "dropout":
            yield from _holes()
        case "softmax":
            yield from _bars()
        case kind:
            yield from _curve(kind)


def _sheets(channels: int, side: int) -> Iterator[str]:
    """A stack: more sheets for more channels, larger ones for larger pictures."""
    count = min(_MAX_SHEETS, 1 + round(math.log2(channels)))
    width = 16 + 30 * min(side / 28, 1)
    start = (_SIZE - width - (count - 1) * _SHEET_STEP) / 2
    for place in range(count):
        corner = start + place * _SHEET_STEP
        yield f'<rect class="sheet" x="{corner:g}" y="{corner:g}" width="{width:g}" height="{width:g}" rx="3"/>'


def _dots(count: int) -> Iterator[str]:
    """A column of dots, longer for more numbers, with a gap where some are left out."""
    drawn = min(count, _MAX_DOTS, 2 + round(0.75 * math.log2(count)))
    gap = drawn // 2 if drawn < count else -1
    for place in range(drawn):
        y = _SIZE / 2 + 7.7 * (place - (drawn - 1) / 2)
        if place == gap:
            yield from (f'<circle class="fill" cx="36" cy="{y + shift:g}" r="1"/>' for shift in (-3.2, 0, 3.2))
        else:
            yield f'<circle class="sheet" cx="36" cy="{y:g}" r="3"/>'


def _holes() -> Iterator[str]:
    """A field of dots, some of them empty."""
    empty = {(0, 1), (2, 0), (1, 2), (3, 3)}
    for row in range(4):
        for column in range(4):
            kind = "axis" if (row, column) in empty else "fill"
            yield f'<circle class="{kind}" cx="{18 + 12 * column}" cy="{18 + 12 * row}" r="3.4"/>'


def _bars() -> Iterator[str]:
    for place, length in enumerate((6, 10, 4, 40, 8)):
        yield f'<rect class="fill" x="16" y="{13 + 10 * place}" width="{length}" height="6" rx="2"/>'


def _curve(kind: str) -> Iterator[str]:
    """An activation's graph."""
    yield '<path class="axis" d="M12 40H60M36 14V60"/>'
    yield f'<path class="thick" d="{_CURVES[kind]}"/>'
