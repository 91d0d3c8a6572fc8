"""A network's prediction as HTML: the class, its probability, a bar a class, and the picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from core.data.catalog import DIGITS
from core.ink.rendering import SIDE, Picture
from core.texts.message import Message, message
from core.uncertainty.prediction import Prediction
from pages.components.charts.palette import RIGHT, WRONG
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.pictures.data_url import png_url
from pages.components.pictures.picture_html import PICTURE_STYLE, figure
from pages.components.shell.texts import tr_html
from pages.components.shell.wording import certainty, name_classes

_BLANK = np.zeros((SIDE, SIDE), np.uint8)
# A headline says "only" of a probability below this one.
_UNSURE = 0.5
# A headline names at most this many classes of a prediction set, and counts the others.
_NAMED = 3

# All sizes are fixed, so that nothing moves from one prediction to the next.
_STYLE = f"""
{PICTURE_STYLE}{BAR_STYLE}
<style>
.lab-prediction {{ display: grid; grid-template-columns: minmax(0, 1fr) clamp(6.5rem, 28%, 10.5rem);
  gap: 1rem clamp(1.25rem, 6%, 3rem); align-items: start; max-width: 44rem; }}
.lab-prediction:not(:has(figure)) {{ grid-template-columns: minmax(0, 1fr) !important; }}
.lab-prediction.named {{ grid-template-columns: minmax(0, 1fr) clamp(5rem, 23%, 10.5rem); }}
.lab-prediction header {{ grid-column: 1 / -1; display: flex; align-items: center; gap: 1.25rem; min-height: 5.75rem; }}
.lab-prediction header b {{ font-size: 5rem; line-height: 1; min-width: 4rem;
  font-variant-numeric: tabular-nums; }}
.lab-prediction header p {{ margin: 0; font-size: 1.25rem; line-height: 1.4; }}
.lab-prediction header small {{ display: block; font-size: 0.9rem; opacity: 0.65; }}
.lab-prediction header em {{ display: block; font-style: normal; font-weight: 600; }}
.lab-prediction header em.right {{ color: color-mix(in srgb, {RIGHT} 70%, currentColor); }}
.lab-prediction header em.wrong, .lab-prediction.mistaken header b {{
  color: color-mix(in srgb, {WRONG} 75%, currentColor); }}
.lab-prediction.mistaken .lab-bar.strong i {{ background: {WRONG}; }}
.lab-prediction table {{ width: 100%; border-collapse: collapse; margin: 0;
  font-variant-numeric: tabular-nums; }}
.lab-prediction th, .lab-prediction td {{ border: 0; padding: 0; height: 1.4rem; line-height: 1.2; font-weight: 400; }}
.lab-prediction th {{ width: 1.5rem; text-align: left; }}
.lab-prediction td:last-child {{ width: 4.25rem; text-align: right; font-size: 0.9rem; opacity: 0.75; }}
.lab-prediction tr.best th, .lab-prediction tr.best td:last-child {{ font-weight: 700; opacity: 1; }}
.lab-prediction.waiting header b {{ opacity: 0.65; }}
.lab-prediction:is(.waiting, [data-verdict=none]) .lab-bar {{ opacity: 0.55; }}
.lab-prediction:not(.mistaken):is([data-verdict=unsure], [data-verdict=none]) header b {{ opacity: 0.65; }}
.lab-prediction.named header b {{ font-size: 2.5rem; min-width: 13rem; }}
.lab-prediction.named header {{ flex-wrap: wrap; gap: 0.25rem 1.25rem; }}
.lab-prediction.named header p {{ flex: 1 1 12rem; }}
.lab-prediction.named th {{ width: 6.5rem; white-space: nowrap; }}
</style>
"""


def prediction_html(prediction: Prediction, picture: Picture | None, n_strokes: int, label: int | None = None) -> str:
    """The prediction for a picture (28, 28) that was drawn by this many strokes; None where it is shown elsewhere.

    label: the true class, with which the prediction is compared.
    """
    names, shares = name_classes(prediction), prediction.probabilities
    rows = "".join(
        _row(name, float(share), certainty(float(share)), number == prediction.best)
        for number, (name, share) in enumerate(zip(names, shares, strict=True))
    )
    data = f'data-digit="{prediction.best}" data-strokes="{n_strokes}" data-verdict="{prediction.verdict}"'
    words = headline(prediction)
    if label is not None:
        words = _comparison(names[label], label == prediction.best) + words
    if prediction.verdict == "none" and n_strokes:
        words += several_digits_html()
    kind = _kind(names) if label in (None, prediction.best) else f"mistaken {_kind(names)}"
    return _panel(digit_name(prediction), words, rows, picture, data, kind)


def waiting_html(message: str, picture: Picture = _BLANK, class_names: Sequence[str] = DIGITS) -> str:
    """The same panel without a prediction, so that nothing moves when one comes; `message` is HTML."""
    rows = "".join(_row(name, 0.0, "", False) for name in class_names)
    return _panel("?", message, rows, picture, "", f"waiting {_kind(class_names)}")


def headline(prediction: Prediction) -> str:
    """How sure the network is, in words, as HTML."""
    best, second = (int(number) for number in np.argsort(-prediction.raw, kind="stable")[:2])
    names, shares = name_classes(prediction), prediction.probabilities
    values = {
        "name": names[best],
        "confidence": certainty(float(shares[best])),
        "second": names[second],
        "next": certainty(float(shares[second])),
    }
    match prediction.verdict:
        case "none":
            return tr_html("No digit, I think<small>If it is one: {name}, {confidence}</small>", **values)
        case "unsure":
            return tr_html(
                "Not sure: {classes}<small>{name}: {confidence} · Next: {second}, {next}</small>",
                classes=likely_classes(prediction),
                **values,
            )
    if shares[best] >= _UNSURE:
        return tr_html("{confidence} sure<small>Next: {second}, {next}</small>", **values)
    return tr_html("Only {confidence} sure<small>Next: {second}, {next}</small>", **values)


def _comparison(label: str, is_right: bool) -> str:
    """Whether the label says the same, as HTML."""
    if is_right:
        return f'<em class="right">{tr_html("✓ labelled {label}", label=label)}</em>'
    return f'<em class="wrong">{tr_html("✗ labelled {label}", label=label)}</em>'


def several_digits_html() -> str:
    """How to write several digits so that they are told apart, as HTML; for a drawing that looks like no digit."""
    text = tr_html("Several digits? Side by side, with the pen lifted between them.")
    return f"<small>{text}</small>"


def digit_name(prediction: Prediction) -> str:
    """The class that is read, or a question mark for a picture that is no digit."""
    return "?" if prediction.verdict == "none" else name_classes(prediction)[prediction.best]


def likely_classes(prediction: Prediction) -> Message:
    """The classes of the prediction set, such as "4 or 9"."""
    classes = name_classes(prediction)
    *names, last = [classes[number] for number in prediction.likely[:_NAMED]]
    others = len(prediction.likely) - _NAMED
    if others > 0:
        return message("{names} and {count} more", names=", ".join([*names, last]), count=others)
    return message("{names} or {last}", names=", ".join(names), last=last) if names else Message(last)


def _kind(class_names: Sequence[str]) -> str:
    return "" if max(map(len, class_names)) == 1 else "named"


def _panel(title: str, words: str, rows: str, picture: Picture | None, data: str, kind: str) -> str:
    label, caption = tr_html("Probability of each class"), tr_html("What the network sees: 28×28 pixels")
    return (
        f'{_STYLE}<div class="lab-prediction {kind}" data-testid="prediction" {data}>'
        f'<header role="status"><b>{escape(title)}</b><p>{words}</p></header>'
        f'<table aria-label="{label}"><tbody>{rows}</tbody></table>'
        f"{'' if picture is None else figure(png_url(picture), caption)}</div>"
    )


def _row(name: str, share: float, value: str, is_best: bool) -> str:
    kind = ' class="best"' if is_best else ""
    bar = bar_html(share, is_best)
    return f'<tr{kind}><th scope="row">{escape(name)}</th><td>{bar}</td><td>{escape(value)}</td></tr>'
