"""How the certainty of a reading looks: one sentence and three scales."""

from __future__ import annotations

from html import escape

from core.uncertainty.prediction import Prediction
from core.uncertainty.record import Calibration
from pages.components.draw.prediction.view import in_words
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.shell.wording import certainty

_STYLE = f"""
{BAR_STYLE}
<style>
.lab-sure {{ max-width: 44rem; }}
.lab-sure > p {{ margin: 0 0 0.75rem; font-size: 1.25rem; }}
.lab-sure table {{ width: 100%; table-layout: fixed; border-collapse: collapse; margin: 0;
  font-variant-numeric: tabular-nums; }}
.lab-sure th, .lab-sure td {{ border: 0; padding: 0.4rem 0; font-weight: 400; line-height: 1.3; }}
.lab-sure th {{ width: 38%; padding-right: 1rem; text-align: left; }}
.lab-sure th small {{ display: block; opacity: 0.65; }}
.lab-sure td:last-child {{ width: 4.5rem; text-align: right; }}
</style>
"""


def sure_html(reading: Prediction, calibration: Calibration | None) -> str:
    """A reading's certainty, as HTML; `calibration` is what it was calibrated by."""
    name = escape(reading.class_names[reading.best])
    raw, calibrated = (float(shares[reading.best]) for shares in (reading.raw, reading.probabilities))
    rows = [_row(f"{name}, as the network says", "", raw, pale=True)]
    if calibration:
        rows.append(_row(f"{name}, calibrated", f"temperature {calibration.temperature:.2f}", calibrated))
    if reading.digit_share is not None:
        needed = f"a digit from {certainty(reading.digit_threshold)}"
        rows.append(_row("Looks like a digit", needed, reading.digit_share, reading.digit_threshold))
    table = f"<table><tbody>{''.join(rows)}</tbody></table>"
    return f'{_STYLE}<div class="lab-sure"><p>{_sentence(reading, calibration)}</p>{table}</div>'


def _sentence(reading: Prediction, calibration: Calibration | None) -> str:
    if reading.verdict == "none":
        return "This does not look like a digit."
    if calibration is None or calibration.threshold is None:
        return f"Most likely {escape(reading.class_names[reading.best])}."
    return f"{100 * calibration.level:.0f} times of 100, the right one is among those named. Here: {in_words(reading)}."


def _row(title: str, note: str, share: float, tick: float | None = None, pale: bool = False) -> str:
    small = f"<small>{escape(note)}</small>" if note else ""
    bar = bar_html(share, not pale, tick)
    return f'<tr><th scope="row">{title}{small}</th><td>{bar}</td><td>{escape(certainty(share))}</td></tr>'
