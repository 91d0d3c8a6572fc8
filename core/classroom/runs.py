"""The members' runs on the board: the best one of each, and how their validation accuracy grew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.classroom.members import Member
from core.runs.event_log import EventLog
from core.runs.history import History
from core.runs.record import RunRecord
from core.storage.stamp import Stamp, file_stamp


@dataclass(frozen=True)
class ValidationCurve:
    """Validation accuracy at the end of each epoch: epoch numbers and shares from 0 to 1, float64 (N,) each."""

    epoch: NDArray[np.float64]
    accuracy: NDArray[np.float64]


@dataclass(frozen=True)
class ClassRun:
    """A member's run. accuracy: on its validation images, a share from 0 to 1; None where it has not been measured."""

    record: RunRecord
    accuracy: float | None


@dataclass(frozen=True)
class BoardRow:
    """One member on the board.

    best: the run with the highest validation accuracy; the newest one where none has any; None without a run.
    active: the newest run that waits or trains, if there is one.
    """

    member: Member
    best: ClassRun | None
    active: ClassRun | None

    @property
    def on_show(self) -> ClassRun | None:
        """The run whose curve is shown: what is in training, or else the best one."""
        return self.active or self.best


def class_runs(members: Sequence[Member], records: Sequence[RunRecord]) -> dict[str, list[RunRecord]]:
    """Each member's runs by owner, in the order given: those begun since the member joined, without sweeps' trials."""
    # A run's time is kept to the second.
    joined = {member.owner: member.joined.replace(microsecond=0) for member in members}
    runs: dict[str, list[RunRecord]] = {owner: [] for owner in joined}
    for record in records:
        since = joined.get(record.owner)
        if since and not record.bundled and not record.is_trial and datetime.fromisoformat(record.created) >= since:
            runs[record.owner].append(record)
    return runs


def datasets_used(runs: dict[str, list[RunRecord]]) -> list[str]:
    """The data sets that these runs are trained on, the one of the most runs first."""
    counts = Counter(record.config.dataset for records in runs.values() for record in records)
    return sorted(counts, key=lambda name: (-counts[name], name))


def board_rows(members: Sequence[Member], runs: dict[str, list[RunRecord]], dataset: str) -> tuple[BoardRow, ...]:
    """The members by their best run on a data set, the best first; those without an accuracy come last, by nickname.

    runs: of each owner, the newest first. Accuracies on different data sets cannot be compared, so one is chosen.
    """
    rows = []
    for member in members:
        own = [ClassRun(run, validation_accuracy(run)) for run in runs[member.owner] if run.config.dataset == dataset]
        active = next((run for run in own if run.record.is_active), None)
        # Of equals, the newest is taken.
        best = max(own, key=lambda run: -1.0 if run.accuracy is None else run.accuracy, default=None)
        rows.append(BoardRow(member, best, active))
    return tuple(sorted(rows, key=_rank))


def validation_accuracy(record: RunRecord) -> float | None:
    """Of the kept weights, or while there is no result yet, after the epoch that was done last."""
    if record.result and not record.is_active:
        return record.result.val_accuracy
    curve = validation_curve(record)
    return float(curve.accuracy[-1]) if len(curve.accuracy) else None


def validation_curve(record: RunRecord) -> ValidationCurve:
    """The run's curve so far, read again only where its log has changed. Without validation images it has no points."""
    file = record.path / "events.jsonl"
    return _read_curve(file, file_stamp(file))


@lru_cache(maxsize=500)
def _read_curve(file: Path, _stamp: Stamp) -> ValidationCurve:
    epochs = [epoch for epoch in History().apply(EventLog(file).read()[0]).epochs if epoch.val_accuracy is not None]
    return ValidationCurve(
        np.array([epoch.epoch for epoch in epochs], np.float64),
        np.array([epoch.val_accuracy for epoch in epochs], np.float64),
    )


def _rank(row: BoardRow) -> tuple[float, str]:
    accuracy = row.best.accuracy if row.best else None
    return (1.0 if accuracy is None else -accuracy, row.member.nickname.casefold())
