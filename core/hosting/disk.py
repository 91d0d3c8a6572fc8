"""How much of the disk runs take, and which of them go when it is too much, or too long."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
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


@dataclass(frozen=True)
class _Unit:
    """What goes as one: a run, or a sweep with its cells.

    folders: of it. changed: when the last of them was changed, as of `time.time`.
    """

    id: str
    folders: tuple[Path, ...]
    changed: float
    delete: Callable[[], None]

    @property
    def age_days(self) -> float:
        """Days since it was changed last; 0 where the clock has been set back."""
        return max(time.time() - self.changed, 0.0) / _SECONDS_A_DAY

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(map(_size, self.folders))


def owned_bytes(store: RunStore, visitor: Visitor) -> int:
    """What the runs of one visitor take."""
    return sum(_size(run.path) for run in _visitors_runs(store) if run.owner == visitor.owner)


def visitors_bytes(store: RunStore) -> int:
    """What the runs of all visitors take; the operator's are not among them."""
    return sum(_size(run.path) for run in _visitors_runs(store))


def clean_up(store: RunStore, settings: OperatorSettings, open_ids: Collection[str] = ()) -> list[str]:
    """Delete what is too old of visitors' runs and sweeps, and the oldest while all take too much space.

    Age counts from when anything in a folder was last changed. What is active, starred or in `open_ids` stays, and so
    does all that is the operator's. A sweep goes with its cells, as one. Returns the ids of what is gone.
    """
    if settings.keep_days is None and settings.disk_mb is None:
        return []
    # Not by age: where the clock has been set back, the age of several is 0.
    units = sorted(_removable(store.seen_by(OPERATOR), open_ids), key=lambda unit: unit.changed)
    removed = []
    for unit in _too_many(units, settings, 0 if settings.disk_mb is None else visitors_bytes(store)):
        with contextlib.suppress(LabError):
            unit.delete()
            removed.append(unit.id)
    if removed:
        _log.info("Deleted since they were old or took too much space: %s", ", ".join(removed))
    return removed


def _visitors_runs(store: RunStore) -> list[RunRecord]:
    return [run for run in store.seen_by(OPERATOR).all() if run.owner]


def _removable(store: RunStore, open_ids: Collection[str]) -> Iterator[_Unit]:
    """What may go. store: the operator's."""
    sweeps = {sweep.id: sweep for sweep in SweepStore(store).all()}
    cells: dict[str, list[RunRecord]] = {sweep_id: [] for sweep_id in sweeps}
    for run in _visitors_runs(store):
        sweep_id = run.tags.get(SWEEP_TAG)
        if sweep_id in cells:
            cells[sweep_id].append(run)
        elif _may_go(run, open_ids):
            yield _Unit(run.id, (run.path,), _changed(run.path), partial(store.delete, run.id))
    for sweep_id, sweep in sweeps.items():
        runs = cells[sweep_id]
        if (
            sweep.owner
            and not sweep.is_running
            and sweep_id not in open_ids
            and all(_may_go(run, open_ids) for run in runs)
        ):
            folders = (sweep.path, *(run.path for run in runs))
            yield _Unit(sweep_id, folders, max(map(_changed, folders)), partial(SweepStore(store).delete, sweep))


def _may_go(run: RunRecord, open_ids: Collection[str]) -> bool:
    return not (run.is_active or run.is_starred or run.id in open_ids)


def _too_many(units: list[_Unit], settings: OperatorSettings, used: int) -> list[_Unit]:
    """Of units, the oldest first, those that are too old, and those that must go for their space."""
    most = math.inf if settings.disk_mb is None else settings.disk_mb * BYTES_A_MB
    keep_days = math.inf if settings.keep_days is None else settings.keep_days
    excess = used - most * _KEPT_SHARE if used > most else 0.0
    going = []
    for unit in units:
        if excess <= 0 and unit.age_days <= keep_days:
            break
        going.append(unit)
        excess -= unit.size
    return going


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
