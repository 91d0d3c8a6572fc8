"""What differs between runs, in their settings and in their results."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.config.fields import FIELDS, find_field, value_text
from core.runs.record import RunRecord
from core.runs.result import RunResult
from core.texts.message import Message
from models.texts import mark

Kind = Literal["setting", "share", "loss", "count", "seconds"]


@dataclass(frozen=True)
class Difference:
    """A setting or a result of which the runs have not all the same.

    name: as in a run's files, such as "lr". label: in words.
    values: one a run; None where a run has none. Shares are from 0 to 1.
    texts: a setting's values in words, one a run; empty for a result.
    """

    name: str
    label: str
    kind: Kind
    values: tuple[Any, ...]
    texts: tuple[Message | None, ...] = ()


_RESULTS: tuple[tuple[str, str, Kind, Callable[[RunResult], Any]], ...] = (
    ("n_parameters", mark("Parameters"), "count", lambda result: result.n_parameters),
    ("epochs_done", mark("Epochs done"), "count", lambda result: result.epochs),
    ("kept_epoch", mark("Epoch that was kept"), "count", lambda result: result.kept_epoch),
    ("val_accuracy", mark("Validation accuracy"), "share", lambda result: result.val_accuracy),
    ("val_loss", mark("Validation loss"), "loss", lambda result: result.val_loss),
    ("test_accuracy", mark("Test accuracy"), "share", lambda result: result.test_accuracy),
    ("test_loss", mark("Test loss"), "loss", lambda result: result.test_loss),
    ("seconds", mark("Training time"), "seconds", lambda result: result.seconds),
)


def compare_runs(records: Sequence[RunRecord]) -> list[Difference]:
    """The settings and then the results in which these runs differ, in the order of the forms."""
    options = dict.fromkeys(name for record in records for name in record.config.options)
    settings = [_compare_setting(records, name) for name in (*FIELDS, *options)]
    results = [
        Difference(name, label, kind, tuple(record.result and read(record.result) for record in records))
        for name, label, kind, read in _RESULTS
    ]
    return [row for row in (*settings, *results) if any(value != row.values[0] for value in row.values)]


def differences_csv(records: Sequence[RunRecord], differences: Sequence[Difference]) -> str:
    """A table with a run in each row: its id, its name and its values of the differences. Nothing where it has none."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["id", "name", *(row.name for row in differences)])
    for number, record in enumerate(records):
        values = [row.values[number] for row in differences]
        table.writerow([record.id, record.name, *(value_text(v) if isinstance(v, tuple) else v for v in values)])
    return file.getvalue()


def _compare_setting(records: Sequence[RunRecord], name: str) -> Difference:
    values = tuple(_read_setting(record, name) for record in records)
    known = [find_field(name, record.config.arch) for record in records if _has_setting(record, name)]
    texts = tuple(None if value is None else known[0].describe(value) for value in values)
    return Difference(name, known[0].label, "setting", values, texts)


def _read_setting(record: RunRecord, name: str) -> Any:
    return getattr(record.config, name) if name in FIELDS else record.config.options.get(name)


def _has_setting(record: RunRecord, name: str) -> bool:
    return name in FIELDS or name in record.config.options
