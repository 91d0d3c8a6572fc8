"""The picture on the home page: a digit of pixels, a small network, ten class probabilities. Drawn as SVG."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from pages.components.charts.palette import CHOSEN
from pages.components.shell.texts import tr_html

# Ink from 0 (blank) to 9, a row of pixels a line.
_DIGIT = (
    "............",
    "...4899962..",
    "..38754797..",
    ".......395..",
    "......4892..",
    "....69985...",
    "....4689972.",
    "........496.",
    "..2......97.",
    "..86...4893.",
    "..3899997...",
    "............",
)
_ANSWER = 3
_BARS = (0.05, 0.02, 0.12, 0.94, 0.02, 0.22, 0.03, 0.08, 0.14, 0.10)
# All lengths are in units of the SVG.
_PIXEL = 12
_HEIGHT = 168
_HIDDEN_X = 236
_BARS_X = 330
_BAR_LENGTH = 92
_WIDTH = _BARS_X + 14 + _BAR_LENGTH

_GREY = "#8791a5"

_PAGE_STYLE = """
<style>
.lab-hero { display: flex; flex-wrap: wrap; gap: 1.5rem 3rem; align-items: center; margin-bottom: 0.5rem; }
.lab-hero > div { flex: 1 1 20rem; max-width: 34rem; }
.lab-hero p { font-size: 1.2rem; line-height: 1.55; margin: 0 0 0.6rem; }
.lab-hero p + p { font-size: 1rem; opacity: 0.7; margin: 0; }
.lab-hero img { flex: 0 1 27rem; min-width: 16rem; height: auto; }
</style>
"""

_PICTURE_STYLE = f"""
<style>
.link {{ stroke: {_GREY}; opacity: 0.2; }}
.path {{ stroke: {CHOSEN}; stroke-width: 1.5; stroke-dasharray: 4 4; opacity: 0.8; }}
.bar {{ fill: {_GREY}; opacity: 0.5; }}
.answer {{ fill: {CHOSEN}; opacity: 1; }}
text {{ fill: {_GREY}; font: 10px sans-serif; }}
@media (prefers-reduced-motion: no-preference) {{
  .path {{ animation: flow 1.2s linear 1s 5; }}
}}
@keyframes flow {{ to {{ stroke-dashoffset: -16; }} }}
</style>
"""


def hero_html(*paragraphs: str) -> str:
    """The paragraphs beside the picture, as HTML."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    picture = base64.b64encode(_picture().encode()).decode()
    # As an image, since Streamlit removes SVG elements from HTML.
    return (
        f'{_PAGE_STYLE}<div class="lab-hero"><div>{text}</div><img src="data:image/svg+xml;base64,{picture}" '
        f'width="{_WIDTH}" alt="{tr_html("A handwritten 3 enters a network, which predicts 3")}"></div>'
    )


def _picture() -> str:
    parts = "".join([_PICTURE_STYLE, *_pixels(), *_links(), *_nodes(), *_bars()])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">{parts}</svg>'


def _pixels() -> Iterator[str]:
    size = len(_DIGIT) * _PIXEL
    top = (_HEIGHT - size) // 2
    yield f'<rect y="{top}" width="{size}" height="{size}" rx="8" fill="#0b0e14"/>'
    for y, row in enumerate(_DIGIT):
        for x, ink in enumerate(row):
            if ink != ".":
                yield (
                    f'<rect x="{x * _PIXEL}" y="{top + y * _PIXEL}" width="{_PIXEL - 1}" height="{_PIXEL - 1}" '
                    f'rx="1.5" fill="#fff" opacity="{(int(ink) + 1) / 10}"/>'
                )


def _hidden() -> list[int]:
    return [24 + 24 * i for i in range(6)]


def _output(i: int) -> float:
    return 8 + 16.5 * i


def _links() -> Iterator[str]:
    left = len(_DIGIT) * _PIXEL + 8
    for y in _hidden():
        for start in _hidden():
            yield f'<path class="link" d="M{left} {start}L{_HIDDEN_X} {y}"/>'
        for i in range(len(_BARS)):
            kind = "link path" if i == _ANSWER else "link"
            yield f'<path class="{kind}" d="M{_HIDDEN_X} {y}L{_BARS_X - 8} {_output(i):g}"/>'


def _nodes() -> Iterator[str]:
    for y in _hidden():
        yield f'<circle cx="{_HIDDEN_X}" cy="{y}" r="5" fill="{CHOSEN}"/>'


def _bars() -> Iterator[str]:
    for i, share in enumerate(_BARS):
        y = _output(i)
        kind = "bar answer" if i == _ANSWER else "bar"
        yield f'<text x="{_BARS_X}" y="{y + 3.5:g}">{i}</text>'
        yield (
            f'<rect class="{kind}" x="{_BARS_X + 14}" y="{y - 4.5:g}" width="{share * _BAR_LENGTH:.1f}" '
            'height="9" rx="2"/>'
        )
