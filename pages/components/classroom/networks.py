"""The network that reads the class's digits, or is taught them."""

from __future__ import annotations

from collections.abc import Sequence

from core.classroom.teaching import class_network
from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from models.texts import mark
from pages.components.runs.run_picker import pick_run


def pick_network() -> RunRecord | None:
    """Draw the choice among networks for digits: at first the class's own one, else the best bundled one."""
    return pick_run(
        lambda record: record.can_predict and find_dataset(record.config.dataset).has_digits,
        mark("“{name}” cannot read digits yet."),
        mark("Network"),
        _first,
    )


def _first(records: Sequence[RunRecord]) -> RunRecord:
    bundled = [record for record in records if record.bundled and record.result]
    best = sorted(bundled, key=lambda record: record.result.test_accuracy if record.result else 0.0, reverse=True)
    return next(iter([*filter(None, [class_network(records)]), *best, *records]))
