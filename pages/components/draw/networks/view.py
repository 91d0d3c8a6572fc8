"""Predictions of many networks as HTML: a table with a row for each network, shaded by probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from core.texts.message import Message
from core.uncertainty.agreement import Disagreement, count_votes, largest_disagreement
from pages.components.charts.palette import CHOSEN, WRONG
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.shell.texts import tr_html
from pages.components.shell.wording import certainty

# Total variation below which two networks count as agreeing.
_AGREEMENT = 0.05
# Class names of at most this length stand upright above their column.
_SHORT_NAME = 3

_STYLE = f"""
{BAR_STYLE}
<style>
.lab-networks {{ container-type: inline-size; max-width: 60rem; }}
.lab-networks > p {{ margin: 0 0 0.35rem; }}
.lab-networks > p b {{ font-weight: 600; }}
.lab-networks table {{ border-collapse: collapse; margin-top: 0.75rem;
  font-variant-numeric: tabular-nums; }}
.lab-networks th, .lab-networks td {{ border: 0; padding: 0.2rem 0.1rem; font-weight: 400; text-align: center; }}
.lab-networks thead th {{ font-size: 0.8rem; opacity: 0.65; vertical-align: bottom; }}
.lab-networks thead th.long span {{ writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }}
.lab-networks .name {{ text-align: left; max-width: 16rem; line-height: 1.25; overflow-wrap: anywhere;
  padding-right: 0.75rem; }}
/* Room for the mark of the two that are farthest apart. */
.lab-networks th.name {{ padding-left: 0.6rem; }}
.lab-networks th.name small {{ display: block; font-size: 0.75rem; opacity: 0.65; }}
.lab-networks td.read {{ font-size: 1.6rem; line-height: 1; font-weight: 700; padding-right: 0.5rem; }}
.lab-networks td.read.long {{ font-size: 1rem; }}
.lab-networks td.sure {{ width: 9rem; text-align: left; font-size: 0.85rem; padding-right: 1rem; white-space: nowrap; }}
.lab-networks td.sure .lab-bar {{ height: 0.55rem; margin-bottom: 0.15rem; }}
.lab-networks td.sure small {{ font-size: inherit; opacity: 0.75; }}
.lab-networks td.cell i {{ display: block; height: 1.9rem; width: 1.75rem; max-width: 100%; border-radius: 0.25rem;
  --empty: color-mix(in srgb, currentColor 7%, transparent);
  background: color-mix(in srgb, {CHOSEN} calc(var(--share) * 100%), var(--empty)); }}
.lab-networks tr.apart th.name {{ box-shadow: inset 3px 0 {WRONG}; }}
.lab-networks tr.apart td.at i {{ outline: 2px solid {WRONG}; outline-offset: -1px; }}
.lab-networks tr.failed td {{ text-align: left; font-size: 0.85rem;
  color: color-mix(in srgb, {WRONG} 75%, currentColor); }}
.lab-networks tr.chosen th.name span {{ font-weight: 700; }}
@container (max-width: 40rem) {{
  .lab-networks table {{ table-layout: fixed; width: 100%; }}
  .lab-networks .sure {{ display: none; }}
  .lab-networks .name {{ width: 30%; font-size: 0.85rem; padding-right: 0.3rem; }}
  .lab-networks .read {{ width: 13%; }}
  .lab-networks td.read {{ font-size: 1.2rem; padding: 0 0.2rem; }}
  .lab-networks td.read.long {{ font-size: 0.8rem; overflow-wrap: anywhere; }}
}}
</style>
"""


@dataclass(frozen=True)
class NetworkRow:
    """A network's prediction.

    name, about: the network's name, and a few words about it. probabilities: of the classes, (10,).
    number: all digits that it predicts, where there are several. is_chosen: whether the page is about this network.
    """

    name: str
    about: str
    probabilities: NDArray[np.floating]
    number: str = ""
    is_chosen: bool = False


def networks_html(
    rows: Sequence[NetworkRow],
    failed: Sequence[tuple[str, Message]],
    class_names: Sequence[str],
    digit: Message | None = None,
) -> str:
    """The networks' agreement, the two that differ most, and a table of all predictions.

    failed: the names of networks without a prediction, with the reason.
    digit: what the digit that the probabilities are of is called, where it is one of several.
    """
    answers = [row.probabilities for row in rows]
    apart = largest_disagreement(answers)
    if apart and apart.distance < _AGREEMENT:
        apart = None
    words = f"<p>{_agreement(answers, class_names, digit)}</p>"
    if len(rows) > 1:
        words += f"<p>{_difference(apart, rows, class_names)}</p>"
    body = "".join(
        _row(row, class_names, apart.at if apart and place in (apart.one, apart.other) else None)
        for place, row in enumerate(rows)
    )
    body += "".join(_failed_row(name, reason, len(class_names) + 2) for name, reason in failed)
    return (
        f'{_STYLE}<div class="lab-networks" data-testid="networks" data-networks="{len(rows)}">{words}'
        f"<table>{_head(class_names)}<tbody>{body}</tbody></table></div>"
    )


def _agreement(answers: Sequence[NDArray[np.floating]], class_names: Sequence[str], digit: Message | None) -> str:
    if not answers:
        return tr_html("No network gave a prediction.")
    (first, count), *others = count_votes(answers)
    name, total = class_names[first], len(answers)
    rest = ", ".join(f"{class_names[which]} ({number}×)" for which, number in others)
    values = {"count": count, "total": total, "label": name, "rest": rest}
    if digit:
        return _agreement_on(digit, values)
    if total == 1:
        return tr_html("One network: <b>{label}</b>.", **values)
    if not others:
        return tr_html("All {total} networks predict <b>{label}</b>.", **values)
    return tr_html("<b>{count} of {total}</b> networks predict <b>{label}</b>; others predict {rest}.", **values)


def _agreement_on(digit: Message, values: Mapping[str, object]) -> str:
    """As `_agreement`, on one digit of several."""
    if values["total"] == 1:
        return tr_html("One network reads {digit} as <b>{label}</b>.", digit=digit, **values)
    if not values["rest"]:
        return tr_html("All {total} networks read {digit} as <b>{label}</b>.", digit=digit, **values)
    return tr_html(
        "<b>{count} of {total}</b> networks read {digit} as <b>{label}</b>; others as {rest}.", digit=digit, **values
    )


def _difference(apart: Disagreement | None, rows: Sequence[NetworkRow], class_names: Sequence[str]) -> str:
    if apart is None:
        return tr_html("Their probabilities hardly differ.")
    one, other = rows[apart.one], rows[apart.other]
    return tr_html(
        "The farthest apart: <b>{one}</b> gives {label} {first}, <b>{other}</b> {second}.",
        one=one.name,
        other=other.name,
        label=class_names[apart.at],
        first=certainty(float(one.probabilities[apart.at])),
        second=certainty(float(other.probabilities[apart.at])),
    )


def _head(class_names: Sequence[str]) -> str:
    kind = "" if max(map(len, class_names)) <= _SHORT_NAME else ' class="long"'
    classes = "".join(f'<th scope="col"{kind}><span>{escape(name)}</span></th>' for name in class_names)
    return f'<thead><tr><td class="name"></td><td class="read"></td><td class="sure"></td>{classes}</tr></thead>'


def _row(row: NetworkRow, class_names: Sequence[str], at: int | None) -> str:
    """A network's row. at: the class of the largest difference, where the network is one of the two farthest apart."""
    best = int(row.probabilities.argmax())
    second = int(np.argsort(-row.probabilities, kind="stable")[1])
    kind = " ".join(name for name, holds in (("apart", at is not None), ("chosen", row.is_chosen)) if holds)
    long = "" if len(class_names[best]) <= _SHORT_NAME and not row.number else " long"
    cells = "".join(
        _cell(name, share, which == at)
        for which, (name, share) in enumerate(zip(class_names, row.probabilities.tolist(), strict=True))
    )
    share = float(row.probabilities[best])
    return (
        f'<tr class="{kind}"><th scope="row" class="name"><span>{escape(row.name)}</span>'
        f"<small>{escape(row.about)}</small></th>"
        f'<td class="read{long}">{escape(row.number or class_names[best])}</td>'
        f'<td class="sure">{bar_html(share, True)}{escape(certainty(share))} '
        f"<small>{tr_html('then {label}', label=class_names[second])}</small></td>{cells}</tr>"
    )


def _cell(name: str, share: float, is_apart: bool) -> str:
    kind = "cell at" if is_apart else "cell"
    title = escape(f"{name}: {certainty(share)}")
    return f'<td class="{kind}" title="{title}"><i style="--share:{share:.3f}"></i></td>'


def _failed_row(name: str, reason: Message, columns: int) -> str:
    head = f'<th scope="row" class="name">{escape(name)}</th>'
    return f'<tr class="failed">{head}<td colspan="{columns}">{tr_html(reason)}</td></tr>'
