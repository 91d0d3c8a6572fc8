"""How a network's reading of a drawing looks: the digit, how sure it is, ten bars, and the picture it was given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.charts.palette import CHOSEN
from core.strokes import SIDE, Picture
from pages.components.picture_html import PICTURE_STYLE, figure, png_url
from pages.components.wording import percent

_BLANK = np.zeros((SIDE, SIDE), np.uint8)
_UNSURE = 0.5
_LITTLE = 0.001

# All sizes are fixed, so that nothing moves from one reading to the next.
_STYLE = f"""
{PICTURE_STYLE}
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
.lab-reading .lab-picture {{ flex: none; width: 168px; }}
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


def _panel(digit: str, words: str, rows: str, picture: Picture, data: str, kind: str = "") -> str:
    return (
        f'{_STYLE}<div class="lab-reading {kind}" data-testid="reading" {data}>'
        f'<header role="status"><b>{digit}</b><p>{words}</p></header>'
        f'<table aria-label="Probability of each digit"><tbody>{rows}</tbody></table>'
        f"{figure(png_url(picture), 'What the network sees: 28×28 pixels')}</div>"
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
