"""The network that reads the class's digits, or is taught them."""

from __future__ import annotations

from collections.abc import Sequence

from core.classroom.teaching import class_network, is_of_class, was_taught
from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from models.texts import mark
from pages.components.runs.run_picker import pick_run, rank_for_drawings
from pages.components.shell.services import all_runs

_LABEL = mark("Network")


def pick_reader() -> RunRecord | None:
    """Draw the choice of a network that reads: at first the class's own one, else the best bundled one."""
    # It is the teacher's, so the lists of the pupils do not hold it.
    of_class = [record for record in all_runs().all() if is_of_class(record) and _reads_digits(record)]
    return pick_run(_reads_digits, mark("“{name}” cannot read digits yet."), _LABEL, _first, of_class[:1])


def pick_to_teach() -> RunRecord | None:
    """Draw the choice of a network to teach a copy of: none that was taught digits before."""
    return pick_run(
        lambda record: _reads_digits(record) and not was_taught(record),
        mark("“{name}” cannot be taught the class’s digits: it cannot read digits, or was taught some before."),
        _LABEL,
        _first,
    )


def _reads_digits(record: RunRecord) -> bool:
    return record.can_predict and find_dataset(record.config.dataset).has_digits


def _first(records: Sequence[RunRecord]) -> RunRecord:
    bundled = [record for record in records if record.bundled and record.result]
    best = sorted(bundled, key=rank_for_drawings, reverse=True)
    return next(iter([*filter(None, [class_network(records)]), *best, *records]))
