"""How the reading of a number looks: the number, where its digits were found, and each digit's probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from core.uncertainty.prediction import Prediction
from pages.components.charts.palette import CHOSEN
from pages.components.draw.canvas.canvas import VIEW
from pages.components.draw.prediction.view import in_words
from pages.components.draw.subject import Subject
from pages.components.pictures.data_url import png_url
from pages.components.pictures.picture_html import PICTURE_STYLE, figure, polylines, svg_url
from pages.components.shell.wording import certainty, percent

# What stands in the number for a picture that is no digit.
_NONE = "?"

_STYLE = f"""
{PICTURE_STYLE}
<style>
.lab-number {{ container-type: inline-size; max-width: 44rem; }}
.lab-number header {{ display: flex; flex-wrap: wrap; align-items: center; gap: 1rem 1.5rem; min-height: 6rem; }}
.lab-number header b {{ font-size: clamp(2.5rem, calc(22rem / var(--length)), 6rem); line-height: 1;
  font-variant-numeric: tabular-nums; letter-spacing: 0.04em; }}
.lab-number header b .unsure, .lab-number header b .none {{ opacity: 0.5; }}
.lab-number header p {{ margin: 0; font-size: 1.1rem; line-height: 1.4; }}
.lab-number header small {{ display: block; font-size: 0.9rem; opacity: 0.65; }}
.lab-number header .lab-picture {{ flex: none; width: 112px; }}
.lab-number header figcaption {{ display: none; }}
.lab-number ol {{ list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
  gap: 1rem; margin: 1rem 0 0; padding: 0; }}
.lab-number li {{ margin: 0; padding: 0.5rem; border-radius: 0.6rem; font-size: 0.85rem;
  outline: 1px solid color-mix(in srgb, currentColor 16%, transparent); }}
.lab-number li.chosen {{ outline: 2px solid {CHOSEN}; }}
.lab-number li figcaption {{ font-size: 0.8rem; }}
.lab-number li table {{ width: 100%; table-layout: fixed; border-collapse: collapse; margin: 0.4rem 0 0;
  font-variant-numeric: tabular-nums; }}
.lab-number li td, .lab-number li th {{ border: 0; padding: 0 1px; text-align: center; font-weight: 400; }}
.lab-number li th {{ font-size: 0.65rem; opacity: 0.6; }}
.lab-number li th.best {{ font-weight: 700; opacity: 1; }}
.lab-number li td div {{ height: 2.2rem; display: flex; align-items: flex-end; border-radius: 2px; overflow: hidden;
  background: color-mix(in srgb, currentColor 7%, transparent); }}
.lab-number li td i {{ width: 100%; background: color-mix(in srgb, currentColor 38%, transparent); }}
.lab-number li td.best i {{ background: {CHOSEN}; }}
@container (max-width: 30rem) {{
  .lab-number ol {{ grid-template-columns: repeat(auto-fill, minmax(4.9rem, 1fr)); gap: 0.5rem; }}
  .lab-number li {{ padding: 0.35rem; }}
  .lab-number li th {{ font-size: 0.5rem; }}
  .lab-number li figcaption {{ font-size: 0.7rem; }}
}}
</style>
"""


def number_html(readings: Sequence[Prediction], digits: Sequence[Subject], chosen: int) -> str:
    """What a network reads in a number's digits, from left to right; `chosen` is the one that is looked at closer."""
    number = "".join(_name(reading) for reading in readings)
    spans = "".join(f'<span class="{reading.verdict}">{escape(_name(reading))}</span>' for reading in readings)
    n_strokes = sum(len(digit.strokes) for digit in digits)
    cards = "".join(
        _card(reading, digit, place == chosen)
        for place, (reading, digit) in enumerate(zip(readings, digits, strict=True))
    )
    return (
        f'{_STYLE}<div class="lab-number" data-testid="number" data-number="{escape(number)}" '
        f'data-strokes="{n_strokes}" style="--length:{len(number)}"><header role="status"><b>{spans}</b>'
        f"<p>{_words(readings)}</p>{figure(boxes_image(digits, chosen), '')}</header><ol>{cards}</ol></div>"
    )


def boxes_image(digits: Sequence[Subject], chosen: int) -> str:
    """The address of an image of the canvas with a numbered box around each digit."""
    strokes = [stroke for digit in digits for stroke in digit.strokes]
    widths = [width for digit in digits for width in digit.brushes]
    boxes = "".join(_box(place, digit, place == chosen) for place, digit in enumerate(digits))
    return svg_url(polylines(strokes, widths) + boxes, VIEW)


def ordinal(place: int) -> str:
    """A place from 0 as "1st", "2nd" and so on, for the few digits of a number."""
    return f"{place + 1}{('st', 'nd', 'rd')[place] if place < 3 else 'th'}"


def _box(place: int, digit: Subject, is_chosen: bool) -> str:
    assert digit.stages is not None
    left, top, right, bottom = digit.stages.box
    margin = max(digit.brushes, default=0.0) / 2 + 3
    left, top, width, height = left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin
    # The number stands below its box, or above it where there is no room.
    below = top + height + 24 < VIEW[1] + VIEW[3]
    y = top + height + 22 if below else top - 6
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="4" '
        f'stroke="{CHOSEN}" stroke-width="{5 if is_chosen else 2.5}"/>'
        f'<text x="{left + width / 2:.1f}" y="{y:.1f}" fill="#9ca3af" font-family="sans-serif" font-size="22" '
        f'text-anchor="middle">{place + 1}</text>'
    )


def _name(reading: Prediction) -> str:
    return _NONE if reading.verdict == "none" else reading.class_names[reading.best]


def _words(readings: Sequence[Prediction]) -> str:
    none = [ordinal(place) for place, reading in enumerate(readings) if reading.verdict == "none"]
    unsure = [
        f"{ordinal(place)}: {in_words(reading)}"
        for place, reading in enumerate(readings)
        if reading.verdict == "unsure"
    ]
    doubts = [f"No digit, I think: the {', '.join(none)}"] if none else []
    doubts += [f"Not sure of the {', the '.join(unsure)}"] if unsure else []
    if not doubts:
        shares = [float(reading.probabilities[reading.best]) for reading in readings]
        least = min(range(len(shares)), key=shares.__getitem__)
        is_certain = certainty(shares[least]) == certainty(1.0)
        least_sure = f"Least sure of the {ordinal(least)}: {_sure(shares[least])}"
        doubts = [f"All are {_sure(1.0)} sure" if is_certain else least_sure]
    return f"{len(readings)} digits, from left to right<small>{'<br>'.join(doubts)}</small>"


def _sure(share: float) -> str:
    return escape(certainty(share))


def _card(reading: Prediction, digit: Subject, is_chosen: bool) -> str:
    best = reading.best
    order = sorted(range(len(reading.class_names)), key=lambda which: -reading.probabilities[which])
    second = next(which for which in order if which != best)
    names, shares = reading.class_names, reading.probabilities.tolist()
    kinds = [' class="best"' if which == best else "" for which in range(len(names))]
    bars = "".join(
        f'<td{kind} title="{escape(name)}: {percent(share, 1)}"><div><i style="height:{share:.1%}"></i></div></td>'
        for kind, name, share in zip(kinds, names, shares, strict=True)
    )
    heads = "".join(f"<th{kind}>{escape(name)}</th>" for kind, name in zip(kinds, names, strict=True))
    text = (
        f"<b>{escape(names[best])}</b>, {_sure(shares[best])}<br>then {escape(names[second])}, {_sure(shares[second])}"
    )
    if reading.verdict == "none":
        text = f"No digit<br>if one: {escape(names[best])}, {_sure(shares[best])}"
    mark = ' class="chosen"' if is_chosen else ""
    return f"<li{mark}>{figure(png_url(digit.picture), text)}<table><tr>{bars}</tr><tr>{heads}</tr></table></li>"
