"""The tables of a run's report, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.charts.evaluation.confusion import confusion_data
from core.config.fields import FIELDS, find_field
from core.metrics.classification import class_scores, most_confused
from core.runs.record import RunRecord
from models.texts import mark
from pages.components.charts.palette import RIGHT, WRONG
from pages.components.shell.texts import tr_html

# Opacity of the strongest tints.
_RIGHT_ALPHA, _WRONG_ALPHA = 0.30, 0.75
# Confused pairs listed.
_PAIRS = 10
_CLASS_HEAD = (mark("Class"), mark("Precision"), mark("Recall"), mark("F1"), mark("Support"))
_PAIR_HEAD = (mark("True"), mark("Predicted"), mark("Images"), mark("% of true"))


def settings_table(record: RunRecord) -> str:
    """Every setting of the run in words."""
    config = record.config
    names = [*FIELDS, *config.options]
    fields = [find_field(name, config.arch) for name in names]
    values = [config.options[name] if name in config.options else getattr(config, name) for name in names]
    rows = ((tr_html(field.label), tr_html(field.describe(value))) for field, value in zip(fields, values, strict=True))
    return _table([], rows)


def matrix_table(counts: NDArray[np.int64], names: tuple[str, ...]) -> str:
    """The confusion matrix with its tints."""
    data = confusion_data(counts, names)
    rows = []
    for number, name in enumerate(names):
        cells = (
            _cell(text, _tint(right, RIGHT, _RIGHT_ALPHA) or _tint(wrong, WRONG, _WRONG_ALPHA))
            for text, right, wrong in zip(data.texts[number], data.right[number], data.wrong[number], strict=True)
        )
        rows.append(f"<tr><th>{tr_html('{name}', name=name)}</th>{''.join(cells)}</tr>")
    head = "".join(f"<th>{tr_html('{name}', name=name)}</th>" for name in names)
    corner = f"<th>{tr_html('True')} ↓ {tr_html('Predicted')} →</th>"
    return f'<table class="matrix"><thead><tr>{corner}{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def class_table(counts: NDArray[np.int64], names: Sequence[str]) -> str:
    """Precision, recall, F1 and support of each class."""
    head = [tr_html(text) for text in _CLASS_HEAD]
    rows = (
        (
            tr_html("{name}", name=name),
            f"{score.precision:.2%}",
            f"{score.recall:.2%}",
            f"{score.f1:.2%}",
            f"{score.support:,}",
        )
        for name, score in zip(names, class_scores(counts), strict=True)
    )
    return _table(head, rows)


def pairs_table(counts: NDArray[np.int64], names: Sequence[str]) -> str:
    """The pairs of classes that are confused most often."""
    head = [tr_html(text) for text in _PAIR_HEAD]
    rows = (
        (
            tr_html("{name}", name=names[pair.true]),
            tr_html("{name}", name=names[pair.predicted]),
            f"{pair.count:,}",
            f"{100 * pair.count / counts[pair.true].sum():.2f}",
        )
        for pair in most_confused(counts, _PAIRS)
    )
    return _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = f"<thead><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr></thead>" if head else ""
    body = "".join(f"<tr><th>{row[0]}</th>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>" for row in rows)
    return f"<table>{top}<tbody>{body}</tbody></table>"


def _cell(text: str, tint: str) -> str:
    return f"<td{tint}>{text}</td>"


def _tint(strength: float | None, colour: str, strongest: float) -> str:
    if strength is None:
        return ""
    return f' style="background:color-mix(in srgb, {colour} {100 * strength * strongest:.0f}%, transparent)"'
