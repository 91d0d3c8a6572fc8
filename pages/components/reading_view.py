"""How a network's reading of a drawing looks: the digit, how sure it is, ten bars, and the picture it was given."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.charts.palette import CHOSEN
from core.strokes import MIDDLE, SIDE, Picture, Stages, Stroke
from pages.components.wording import percent

_BLANK = np.zeros((SIDE, SIDE), np.uint8)
_UNSURE = 0.5
_LITTLE = 0.001
_BORDER = "1px solid color-mix(in srgb, currentColor 22%, transparent)"

# All sizes are fixed, so that nothing moves from one reading to the next.
_STYLE = f"""
<style>
.lab-reading {{ display: flex; flex-wrap: wrap; gap: 1.25rem 3rem; align-items: flex-start; max-width: 44rem; }}
.lab-reading header {{ flex: 1 1 100%; display: flex; align-items: center; gap: 1.25rem; min-height: 6rem; }}
.lab-reading header b {{ font-size: 6rem; line-height: 1; min-width: 4rem;
  font-variant-numeric: tabular-nums; }}
.lab-reading header p {{ margin: 0; font-size: 1.25rem; line-height: 1.4; }}
.lab-reading header small {{ display: block; font-size: 0.9rem; opacity: 0.65; }}
.lab-reading table {{ flex: 1 1 15rem; max-width: 26rem; border-collapse: collapse; margin: 0;
  font-variant-numeric: tabular-nums; }}
.lab-reading th, .lab-reading td {{ border: 0; padding: 0; height: 1.45rem; font-weight: 400; }}
.lab-reading th {{ width: 1.5rem; text-align: left; }}
.lab-reading td:last-child {{ width: 4.25rem; text-align: right; font-size: 0.9rem; opacity: 0.75; }}
.lab-reading td div {{ height: 0.7rem; border-radius: 0.35rem;
  background: color-mix(in srgb, currentColor 9%, transparent); overflow: hidden; }}
.lab-reading td i {{ display: block; height: 100%; border-radius: 0.35rem;
  background: color-mix(in srgb, currentColor 38%, transparent); }}
.lab-reading tr.best th, .lab-reading tr.best td:last-child {{ font-weight: 700; opacity: 1; }}
.lab-reading tr.best i {{ background: {CHOSEN}; }}
.lab-reading.waiting header b, .lab-reading.waiting table {{ opacity: 0.5; }}
.lab-picture {{ margin: 0; }}
.lab-picture img {{ display: block; width: 100%; aspect-ratio: 1; border-radius: 0.6rem; border: {_BORDER};
  image-rendering: pixelated; background: #000; }}
.lab-picture figcaption {{ margin-top: 0.4rem; font-size: 0.85rem; line-height: 1.35; opacity: 0.7; }}
.lab-reading .lab-picture {{ flex: none; width: 168px; }}
.lab-stages {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1.5rem; }}
.lab-stages .lab-picture > div {{ position: relative; }}
.lab-stages .cross::before, .lab-stages .cross::after {{ content: ""; position: absolute; background: {CHOSEN};
  opacity: 0.7; }}
.lab-stages .cross::before {{ left: 0; right: 0; height: 1px; top: {MIDDLE / SIDE:.2%}; }}
.lab-stages .cross::after {{ top: 0; bottom: 0; width: 1px; left: {MIDDLE / SIDE:.2%}; }}
</style>
"""


def reading_html(probabilities: NDArray[np.floating], picture: Picture, n_strokes: int) -> str:
    """What a network reads: its class probabilities (10,) for a picture (28, 28) of so many strokes."""
    order = np.argsort(-probabilities, kind="stable")
    best, second = int(order[0]), int(order[1])
    confidence = _in_words(float(probabilities[best]))
    sure = f"{confidence} sure" if probabilities[best] >= _UNSURE else f"only {confidence} sure"
    words = f"{sure.capitalize()}<small>Next: {second}, {_in_words(float(probabilities[second]))}</small>"
    values = [percent(float(share), 1) for share in probabilities]
    rows = "".join(
        _row(digit, float(share), value, digit == best)
        for digit, (share, value) in enumerate(zip(probabilities, values, strict=True))
    )
    return _panel(str(best), words, rows, picture, f'data-digit="{best}" data-strokes="{n_strokes}"')


def waiting_html(message: str, picture: Picture = _BLANK) -> str:
    """The same panel without a reading, so that nothing moves when one comes; `message` says what is awaited."""
    rows = "".join(_row(digit, 0.0, "", False) for digit in range(10))
    return _panel("?", message, rows, picture, "", "waiting")


def stages_html(strokes: Sequence[Stroke], stages: Stages, view: tuple[int, int, int, int]) -> str:
    """The way from the strokes to the picture, one picture a step. `view`: left, top, width, height of the canvas."""
    steps = (
        (_strokes_image(strokes, stages, view), "", "1. Your strokes, and the box around them"),
        (_png(stages.scaled), "", "2. The box scaled to 20×20 pixels, with lines as thick as MNIST’s"),
        (_png(stages.picture), "cross", "3. Moved in a field of 28×28 pixels, so that the ink balances in its middle"),
    )
    figures = "".join(_figure(source, text, kind) for source, kind, text in steps)
    return f'{_STYLE}<div class="lab-stages">{figures}</div>'


def _panel(digit: str, words: str, rows: str, picture: Picture, data: str, kind: str = "") -> str:
    return (
        f'{_STYLE}<div class="lab-reading {kind}" data-testid="reading" {data}>'
        f'<header role="status"><b>{digit}</b><p>{words}</p></header>'
        f'<table aria-label="Probability of each digit"><tbody>{rows}</tbody></table>'
        f"{_figure(_png(picture), 'What the network sees: 28×28 pixels')}</div>"
    )


def _in_words(share: float) -> str:
    """A probability that is never said to be nothing or everything."""
    if share < _LITTLE:
        return f"less than {percent(_LITTLE, 1)}"
    return percent(share, 1) if share <= 1 - _LITTLE else f"over {percent(1 - _LITTLE, 1)}"


def _row(digit: int, share: float, value: str, is_best: bool) -> str:
    kind = ' class="best"' if is_best else ""
    bar = f'<div><i style="width:{share:.1%}"></i></div>'
    return f'<tr{kind}><th scope="row">{digit}</th><td>{bar}</td><td>{value}</td></tr>'


def _figure(source: str, text: str, kind: str = "") -> str:
    # Decoding at once avoids an empty frame where one picture takes another's place.
    image = f'<img src="{source}" alt="" decoding="sync">'
    return f'<figure class="lab-picture"><div class="{kind}">{image}</div><figcaption>{text}</figcaption></figure>'


def _png(picture: Picture) -> str:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return _data_url("image/png", file.getvalue())


def _strokes_image(strokes: Sequence[Stroke], stages: Stages, view: tuple[int, int, int, int]) -> str:
    left, top, right, bottom = stages.box
    lines = "".join(f'<polyline points="{_points(stroke)}"/>' for stroke in strokes)
    # As an image, since Streamlit takes SVG elements out of HTML.
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(map(str, view))}" fill="none">'
        f'<g stroke="#fff" stroke-width="8" stroke-linecap="round" stroke-linejoin="round">{lines}</g>'
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        f'stroke="{CHOSEN}" stroke-width="2" stroke-dasharray="6 5"/></svg>'
    )
    return _data_url("image/svg+xml", svg.encode())


def _points(stroke: Stroke) -> str:
    # A line needs two points to be drawn, even at the same place.
    points = stroke if len(stroke) > 1 else np.repeat(stroke, 2, axis=0)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
