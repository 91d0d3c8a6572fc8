"""The prediction for a number as HTML: the number, where its digits were found, and each digit's probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from core.texts.message import Message, message
from core.uncertainty.prediction import Prediction
from models.texts import mark
from pages.components.charts.palette import CHOSEN
from pages.components.draw.canvas.canvas import VIEW
from pages.components.draw.prediction.view import digit_name, likely_classes, several_digits_html
from pages.components.draw.subject import Subject, lines_of_numbers
from pages.components.pictures.data_url import png_url
from pages.components.pictures.picture_html import PICTURE_STYLE, figure, polylines, svg_url
from pages.components.shell.texts import tr_html, tr_plain
from pages.components.shell.wording import certainty, name_classes

# By place.
_ORDINALS = (
    mark("1st"),
    mark("2nd"),
    mark("3rd"),
    mark("4th"),
    mark("5th"),
    mark("6th"),
    mark("7th"),
    mark("8th"),
    mark("9th"),
    mark("10th"),
)
# With more digits than this, the cards of all are shown on request.
MOST_CARDS = 10
# Digits in doubt that are named; of the others their count is told.
_NAMED = 4

_STYLE = f"""
{PICTURE_STYLE}
<style>
.lab-number {{ container-type: inline-size; max-width: 44rem; }}
.lab-number header {{ display: flex; flex-wrap: wrap; align-items: center; gap: 1rem 1.5rem; min-height: 6rem; }}
.lab-number header b {{ font-size: clamp(2.5rem, calc(22rem / var(--length)), 6rem); line-height: 1;
  font-variant-numeric: tabular-nums; letter-spacing: 0.04em; }}
.lab-number header b .unsure, .lab-number header b .none {{ opacity: 0.65; }}
.lab-number header b .line {{ display: block; }}
.lab-number header b [data-place] {{ cursor: pointer; }}
.lab-number.several header b {{ font-size: clamp(1.5rem, calc(22rem / var(--length)), 2.5rem); line-height: 1.25; }}
.lab-number header p {{ margin: 0; font-size: 1.1rem; line-height: 1.4; }}
.lab-number header small {{ display: block; font-size: 0.9rem; opacity: 0.65; }}
.lab-number header .lab-picture {{ flex: none; width: 112px; }}
.lab-number header figcaption {{ display: none; }}
.lab-number ol {{ list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
  gap: 1rem; margin: 1rem 0 0; padding: 0; }}
.lab-number li {{ margin: 0; padding: 0.5rem; border-radius: 0.6rem; font-size: 0.85rem;
  outline: 1px solid color-mix(in srgb, currentColor 16%, transparent); }}
.lab-number li {{ cursor: pointer; }}
.lab-number li:hover {{ background: color-mix(in srgb, currentColor 5%, transparent); }}
.lab-number li.chosen {{ outline: 2px solid {CHOSEN}; }}
.lab-number li figcaption {{ font-size: 0.8rem; }}
.lab-number li table {{ width: 100%; table-layout: fixed; border-collapse: collapse; margin: 0.4rem 0 0;
  font-variant-numeric: tabular-nums; }}
.lab-number li td, .lab-number li th {{ border: 0; padding: 0 1px; text-align: center; font-weight: 400; }}
.lab-number li th {{ font-size: 0.75rem; opacity: 0.7; }}
.lab-number li th.best {{ font-weight: 700; opacity: 1; }}
.lab-number li td div {{ height: 2.2rem; display: flex; align-items: flex-end; border-radius: 2px; overflow: hidden;
  background: color-mix(in srgb, currentColor 7%, transparent); }}
.lab-number li td i {{ width: 100%; background: color-mix(in srgb, currentColor 38%, transparent); }}
.lab-number li td.best i {{ background: {CHOSEN}; }}
@container (max-width: 30rem) {{
  .lab-number ol {{ grid-template-columns: repeat(auto-fill, minmax(4.9rem, 1fr)); gap: 0.5rem; }}
  .lab-number li {{ padding: 0.35rem; }}
  .lab-number li figcaption {{ font-size: 0.75rem; }}
  /* Ten names are too wide here; each bar has its own as a tooltip. */
  .lab-number li th:not(.best) {{ visibility: hidden; }}
}}
</style>
"""


def number_html(predictions: Sequence[Prediction], digits: Sequence[Subject], chosen: int) -> str:
    """The predictions for digits, line by line; `chosen` is the place of the one looked at closer.

    Of more digits than `MOST_CARDS` the chosen one alone has its card here; `cards_html` has all.
    """
    lines = lines_of_numbers(digits)
    names = [digit_name(prediction) for prediction in predictions]
    numbers = " ".join("".join(names[place] for place in number) for line in lines for number in line)
    rows = "".join(_row(line, predictions) for line in lines)
    length = max(sum(map(len, line)) + len(line) - 1 for line in lines)
    n_strokes = sum(len(digit.strokes) for digit in digits)
    picture = figure(boxes_image(digits, chosen), "") if n_strokes else ""
    kind = "lab-number several" if len(lines) > 1 else "lab-number"
    shown = range(len(digits)) if len(digits) <= MOST_CARDS else [chosen]
    return (
        f'{_STYLE}<div class="{kind}" data-testid="number" data-number="{escape(numbers)}" '
        f'data-strokes="{n_strokes}" style="--length:{length}"><header role="status"><b>{rows}</b>'
        f"<p>{_words(predictions, digits)}</p>{picture}</header>{_cards(predictions, digits, chosen, shown)}</div>"
    )


def cards_html(predictions: Sequence[Prediction], digits: Sequence[Subject], chosen: int) -> str:
    """The cards of all digits, each number's in a row of its own."""
    rows = [_cards(predictions, digits, chosen, number) for line in lines_of_numbers(digits) for number in line]
    return f'{_STYLE}<div class="lab-number">{"".join(rows)}</div>'


def _row(line: Sequence[Sequence[int]], predictions: Sequence[Prediction]) -> str:
    """The numbers in a line; a click on a digit chooses it."""
    numbers = (
        "".join(
            f'<span class="{predictions[place].verdict}" data-place="{place}">'
            f"{escape(digit_name(predictions[place]))}</span>"
            for place in number
        )
        for number in line
    )
    return f'<span class="line">{" ".join(numbers)}</span>'


def _cards(predictions: Sequence[Prediction], digits: Sequence[Subject], chosen: int, places: Sequence[int]) -> str:
    cards = (_card(predictions[place], digits[place], place, place == chosen) for place in places)
    return f"<ol>{''.join(cards)}</ol>"


def boxes_image(digits: Sequence[Subject], chosen: int) -> str:
    """The address of an image of the canvas with a numbered box around each digit."""
    strokes = [stroke for digit in digits for stroke in digit.strokes]
    widths = [width for digit in digits for width in digit.brushes]
    boxes = "".join(_box(place, digit, place == chosen) for place, digit in enumerate(digits))
    return svg_url(polylines(strokes, widths) + boxes, VIEW)


def ordinal(place: int) -> str:
    """A place from 0 as "1st", "2nd" and so on."""
    return tr_plain(_ORDINALS[place]) if place < len(_ORDINALS) else tr_plain("no. {number}", number=place + 1)


def place_name(digits: Sequence[Subject], place: int) -> str:
    """Where a digit stands: its place in the only line, or in its line with that line's number."""
    line, within = _line_and_place(digits, place)
    return (
        tr_plain("{place} of line {line}", place=ordinal(within), line=line + 1) if digits[-1].line else ordinal(place)
    )


def short_place_name(digits: Sequence[Subject], place: int) -> str:
    """As `place_name`, but of several lines just the two numbers, such as "2.3"."""
    line, within = _line_and_place(digits, place)
    return f"{line + 1}.{within + 1}" if digits[-1].line else ordinal(place)


def digit_words(digits: Sequence[Subject], place: int) -> Message:
    """What a digit is called in a sentence, such as "the 3rd digit of line 2"."""
    line, within = _line_and_place(digits, place)
    if within < len(_ORDINALS):
        words = message("the {place} digit", place=ordinal(within))
    else:
        words = message("digit no. {number}", number=within + 1)
    return message("{digit} of line {line}", digit=words, line=line + 1) if digits[-1].line else words


def _line_and_place(digits: Sequence[Subject], place: int) -> tuple[int, int]:
    line = digits[place].line
    return line, place - next(index for index, digit in enumerate(digits) if digit.line == line)


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


def _words(predictions: Sequence[Prediction], digits: Sequence[Subject]) -> str:
    lines = lines_of_numbers(digits)
    none = [place for place, prediction in enumerate(predictions) if prediction.verdict == "none"]
    doubts = [tr_html("No digit, I think: the {places}", places=_listed(none, digits))] if none else []
    unsure = [place for place, prediction in enumerate(predictions) if prediction.verdict == "unsure"]
    if unsure:
        named = [
            tr_plain("{place}: {classes}", place=place_name(digits, place), classes=likely_classes(predictions[place]))
            for place in unsure[:_NAMED]
        ]
        doubts.append(tr_html("Not sure of the {digits}", digits=_and_more(named, len(unsure), "; ")))
    if len(lines) > 1:
        head = tr_html("{count} digits in {lines} lines", count=len(predictions), lines=len(lines))
    else:
        head = tr_html("{count} digits, from left to right", count=len(predictions))
    hint = several_digits_html() if none and any(digit.strokes for digit in digits) else ""
    return f"{head}<small>{'<br>'.join(doubts or [_least_sure(predictions, digits)])}</small>{hint}"


def _listed(places: Sequence[int], digits: Sequence[Subject]) -> str:
    return _and_more([place_name(digits, place) for place in places[:_NAMED]], len(places), ", ")


def _and_more(named: Sequence[str], count: int, between: str) -> str:
    words = between.join(named)
    others = count - len(named)
    return tr_plain("{names} and {count} more", names=words, count=others) if others else words


def _least_sure(predictions: Sequence[Prediction], digits: Sequence[Subject]) -> str:
    shares = [float(prediction.probabilities[prediction.best]) for prediction in predictions]
    least = min(range(len(shares)), key=shares.__getitem__)
    confidence = certainty(shares[least])
    if confidence == certainty(1.0):
        return tr_html("All are {confidence} sure", confidence=confidence)
    return tr_html("Least sure of the {place}: {confidence}", place=place_name(digits, least), confidence=confidence)


def _card(prediction: Prediction, digit: Subject, place: int, is_chosen: bool) -> str:
    best = prediction.best
    order = sorted(range(len(prediction.class_names)), key=lambda which: -prediction.probabilities[which])
    second = next(which for which in order if which != best)
    names, shares = name_classes(prediction), prediction.probabilities.tolist()
    kinds = [' class="best"' if which == best else "" for which in range(len(names))]
    bars = "".join(
        f'<td{kind} title="{escape(f"{name}: {certainty(share)}")}"><div><i style="height:{share:.1%}"></i></div></td>'
        for kind, name, share in zip(kinds, names, shares, strict=True)
    )
    heads = "".join(f"<th{kind}>{escape(name)}</th>" for kind, name in zip(kinds, names, strict=True))
    values = {"name": names[best], "confidence": certainty(shares[best])}
    if prediction.verdict == "none":
        text = tr_html("No digit<br>if one: {name}, {confidence}", **values)
    else:
        text = tr_html(
            "<b>{name}</b>, {confidence}<br>then {second}, {next}",
            second=names[second],
            next=certainty(shares[second]),
            **values,
        )
    mark = ' class="chosen"' if is_chosen else ""
    table = f"<table><tr>{bars}</tr><tr>{heads}</tr></table>"
    return f'<li{mark} data-place="{place}">{figure(png_url(digit.picture), text)}{table}</li>'
