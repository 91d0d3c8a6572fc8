"""How much of the disk runs take, and which of them go when it is too much, or too long."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import time
from collections.abc import Collection
from pathlib import Path

from core.errors import LabError
from core.operator.settings_file import OperatorSettings
from core.owners.visitor import OPERATOR, Visitor
from core.runs.record import SWEEP_TAG, RunRecord
from core.runs.store import RunStore
from core.sweep.records import SweepStore

_SECONDS_A_DAY = 86_400.0
BYTES_A_MB = 10**6
# Of the space allowed, what is left in use when runs have to go, so that not every further run makes one go.
_KEPT_SHARE = 0.8

_log = logging.getLogger(__name__)


def owned_bytes(store: RunStore, visitor: Visitor) -> int:
    """What the runs of one visitor take."""
    return sum(_size(record.path) for record in store.seen_by(OPERATOR).all() if _is_of(record, visitor))


def used_bytes(store: RunStore, _visitor: Visitor) -> int:
    """What all runs take, the operator's too."""
    return sum(_size(record.path) for record in store.seen_by(OPERATOR).all() if not record.bundled)


def clean_up(store: RunStore, settings: OperatorSettings, open_runs: Collection[str] = ()) -> list[str]:
    """Delete visitors' runs that are too old, and the oldest ones while all take too much space; returns their ids.

    A run's age counts from when anything in its folder was last changed. A run that is active, starred or in
    `open_runs` stays, and so do all of the operator's. A sweep goes with its cells, as one.
    """
    sweeps = SweepStore(store.seen_by(OPERATOR))
    removed = []
    for record in _too_many(_removable(store, open_runs), settings, used_bytes(store, OPERATOR)):
        with contextlib.suppress(LabError):
            sweeps.runs.delete(record.id)
            removed.append(record.id)
    kept = {record.tags.get(SWEEP_TAG) for record in sweeps.runs.all()}
    for sweep in sweeps.all():
        if (
            sweep.owner
            and sweep.id not in kept
            and not sweep.is_running
            and _age_days(sweep.path) > _keep_days(settings)
        ):
            with contextlib.suppress(LabError):
                sweeps.delete(sweep)
    if removed:
        _log.info("Runs deleted since they were old or took too much space: %s", ", ".join(removed))
    return removed


def _keep_days(settings: OperatorSettings) -> float:
    return float("inf") if settings.keep_days is None else settings.keep_days


def _removable(store: RunStore, open_runs: Collection[str]) -> list[RunRecord]:
    """The runs that may go, the oldest first."""
    runs = store.seen_by(OPERATOR).all()
    may_go = [run for run in runs if run.owner and not (run.is_active or run.is_starred or run.id in open_runs)]
    # Not by age: where the clock has been set back, the age of several is 0.
    return sorted(may_go, key=lambda run: _changed(run.path))


def _too_many(runs: list[RunRecord], settings: OperatorSettings, used: int) -> list[RunRecord]:
    """Of runs, the oldest first, those that are too old, and those that must go for their space."""
    most = float("inf") if settings.disk_mb is None else settings.disk_mb * BYTES_A_MB
    excess = used - most * _KEPT_SHARE if used > most else 0.0
    going = []
    for run in runs:
        if excess <= 0 and _age_days(run.path) <= _keep_days(settings):
            break
        going.append(run)
        excess -= _size(run.path)
    return going


def _is_of(record: RunRecord, visitor: Visitor) -> bool:
    return not record.bundled and record.owner == visitor.owner


def _age_days(folder: Path) -> float:
    """Days since the folder was changed last; 0 where the clock has been set back, or the folder is gone."""
    return max(time.time() - _changed(folder), 0.0) / _SECONDS_A_DAY


def _changed(folder: Path) -> float:
    """When the folder was changed last, as of `time.time`; infinite where it is gone."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return math.inf


def _size(folder: Path) -> int:
    """Bytes of all files in a folder and below."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total
