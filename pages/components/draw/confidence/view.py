"""The certainty of a prediction as HTML: a sentence, what was measured of it, and up to three scales."""

from __future__ import annotations

from core.data.catalog import DIGITS
from core.texts.message import Message, join, message
from core.uncertainty.prediction import Prediction
from core.uncertainty.record import Calibration
from pages.components.draw.prediction.view import likely_classes
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.shell.texts import tr_html
from pages.components.shell.wording import certainty, name_classes

_STYLE = f"""
{BAR_STYLE}
<style>
.lab-sure {{ max-width: 44rem; }}
.lab-sure > p {{ margin: 0 0 0.75rem; font-size: 1.25rem; }}
.lab-sure > p small {{ display: block; font-size: 0.9rem; line-height: 1.45; opacity: 0.75; margin-top: 0.25rem; }}
.lab-sure table {{ width: 100%; table-layout: fixed; border-collapse: collapse; margin: 0;
  font-variant-numeric: tabular-nums; }}
.lab-sure th, .lab-sure td {{ border: 0; padding: 0.4rem 0; font-weight: 400; line-height: 1.3; }}
.lab-sure th {{ width: 38%; padding-right: 1rem; text-align: left; }}
.lab-sure th small {{ display: block; opacity: 0.65; }}
.lab-sure td:last-child {{ width: 4.5rem; text-align: right; }}
</style>
"""


def sure_html(prediction: Prediction, calibration: Calibration | None) -> str:
    """A prediction's certainty as HTML. calibration: of the network; None without one."""
    name = name_classes(prediction)[prediction.best]
    raw, calibrated = (float(shares[prediction.best]) for shares in (prediction.raw, prediction.probabilities))
    rows = [_row(message("{label}, raw", label=name), None, raw, pale=True)]
    if calibration:
        temperature = message("temperature {temperature:.2f}", temperature=calibration.temperature)
        rows.append(_row(message("{label}, calibrated", label=name), temperature, calibrated))
    if prediction.digit_share is not None:
        needed = message("counts as a digit from {share}", share=certainty(prediction.digit_threshold))
        title = message("Looks like a digit")
        rows.append(_row(title, needed, prediction.digit_share, prediction.digit_threshold))
    table = f"<table><tbody>{''.join(rows)}</tbody></table>"
    return f'{_STYLE}<div class="lab-sure"><p>{_sentence(prediction, calibration)}</p>{table}</div>'


def _sentence(prediction: Prediction, calibration: Calibration | None) -> str:
    if prediction.verdict == "none":
        return tr_html("This does not look like a digit.")
    if calibration is None or calibration.threshold is None:
        return tr_html("Most likely {label}.", label=name_classes(prediction)[prediction.best])
    if len(prediction.likely) == 1:
        named = tr_html("Most likely {label}.", label=name_classes(prediction)[prediction.best])
    else:
        named = tr_html("It may be: {classes}.", classes=likely_classes(prediction))
    return named + _coverage(calibration, has_digits=tuple(prediction.class_names) == DIGITS)


def _coverage(calibration: Calibration, has_digits: bool) -> str:
    """How often the true class was among the classes named, as measured; not as aimed at."""
    checks = [check for check in calibration.checks if check.coverage is not None]
    if not checks:
        return ""
    measured = join(
        (
            message(
                "{coverage:.1%} of {images} ({count:,})", coverage=check.coverage, images=check.words, count=check.n
            )
            for check in checks
        ),
        ", ",
    )
    if has_digits:
        text = tr_html("Measured: the digits named here held the true one for {measured}.", measured=measured)
    else:
        text = tr_html("Measured: the classes named here held the true one for {measured}.", measured=measured)
    return f"<small>{text}</small>"


def _row(title: Message, note: Message | None, share: float, tick: float | None = None, pale: bool = False) -> str:
    small = f"<small>{tr_html(note)}</small>" if note else ""
    value = tr_html("{share}", share=certainty(share))
    bar = bar_html(share, not pale, tick)
    return f'<tr><th scope="row">{tr_html(title)}{small}</th><td>{bar}</td><td>{value}</td></tr>'
