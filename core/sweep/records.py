"""Sweep records: a small file says what a sweep tries; the folders of its trials say how far it is.

Below the run store: sweeps/<id>/sweep.json (name, date of creation, owner, search space), control.json (to stop it) and
the lock of the process that runs it. Trials are ordinary runs, tagged with the sweep's id and the number of their cell.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.config.run_config import RunConfig
from core.errors import ConfigError, NotYours, RecordError, RunBusy, RunError, RunNotFound
from core.owners.visitor import Visitor
from core.runs.record import FAILED, FINISHED, NAME_LENGTH, STATUS_WORDS, SWEEP_TAG, RunRecord
from core.runs.store import RunStore
from core.storage.atomic import write_atomically
from core.storage.locks import is_locked
from core.storage.new_folder import new_folder
from core.storage.reading import parse_time, read_object
from core.storage.stamp import NO_FILE, file_stamp
from core.sweep.search_space import SearchSpace
from core.texts.message import NO_MESSAGE, Message, message

# A cell that has no run yet.
WAITING = "waiting"
# The tag of a trial that holds the number of its cell, beside `SWEEP_TAG`, which holds the sweep's id.
CELL_TAG = "cell"
# The tag that holds the seed, in a sweep that trains each cell with several.
SEED_TAG = "seed"

# Nanoseconds after which a folder without a sweep's file is none that is being made.
_MAKING_NS = 60 * 10**9
_SWEEP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class Sweep:
    """A sweep as its folder describes it. owner: as of a run."""

    id: str
    path: Path
    name: str
    created: str
    space: SearchSpace
    owner: str = ""

    @property
    def is_running(self) -> bool:
        """Whether any process works through it."""
        return is_locked(self.path)


@dataclass(frozen=True)
class Trial:
    """One network of a sweep: a cell with one seed, and the run that was made for it, if there is one.

    number: as in `SearchSpace.runs`; with one seed it is the cell's, row by row from 0.
    """

    number: int
    config: RunConfig
    record: RunRecord | None = None

    @property
    def status(self) -> str:
        """The run's status, or `WAITING`."""
        return self.record.state.status if self.record else WAITING

    @property
    def status_words(self) -> Message:
        """The status in words."""
        return STATUS_WORDS.get(self.status, message("waiting"))

    @property
    def is_settled(self) -> bool:
        """Whether there is a result, good or bad."""
        return self.status in (FINISHED, FAILED)

    @property
    def reason(self) -> Message:
        """Why it failed or was interrupted, else empty."""
        return self.record.state.reason if self.record else NO_MESSAGE

    @property
    def progress(self) -> float:
        """The share of its steps that is done, from 0 to 1."""
        return self.record.state.share if self.record else 0.0

    @property
    def val_accuracy(self) -> float | None:
        """Validation accuracy once it has finished."""
        return (
            self.record.result.val_accuracy if self.status == FINISHED and self.record and self.record.result else None
        )


class SweepStore:
    """The sweeps whose trials are in one run store, for the visitor that the store is for."""

    def __init__(self, runs: RunStore) -> None:
        self.runs = runs
        self._root = runs.root / "sweeps"

    def seen_by(self, visitor: Visitor) -> SweepStore:
        """The same sweeps for another visitor; see `RunStore.seen_by`."""
        return SweepStore(self.runs.seen_by(visitor))

    def create(self, space: SearchSpace, name: str = "") -> Sweep:
        """Write down a new sweep, not started yet. Raises RunError when it cannot be saved."""
        now = datetime.now(UTC)
        name = name.strip()[:NAME_LENGTH] or str(space.default_name())
        owner = self.runs.visitor.owner
        values = {"name": name, "created": now.isoformat(timespec="seconds"), "owner": owner, **space.to_dict()}
        try:
            with new_folder(self._root, now, space.base.arch) as folder:
                write_atomically(folder / "sweep.json", json.dumps(values, indent=1))
                # What cannot be read back, such as a name that is no text, is not kept.
                return _read_sweep(folder)
        except OSError as error:
            raise save_error(self._root, error) from None

    def get(self, sweep_id: str) -> Sweep:
        """Read one sweep, whomever it belongs to. Raises RunNotFound, or RunError when its file is damaged."""
        path = self._root / sweep_id
        if not _SWEEP_ID.fullmatch(sweep_id) or not (path / "sweep.json").is_file():
            raise RunNotFound("There is no sweep {id!r}.", id=sweep_id)
        return _read_sweep(path)

    def all(self) -> list[Sweep]:
        """The visitor's readable sweeps, newest first; damaged ones are left to `damaged`."""
        return [sweep for sweep in self._scan()[0] if self.runs.visitor.may_change(sweep.owner)]

    def check_own(self, sweep: Sweep) -> None:
        """Raises NotYours for a sweep of another visitor."""
        if not self.runs.visitor.may_change(sweep.owner):
            raise NotYours(
                "{name!r} belongs to another visitor; it can be looked at, but not changed.", name=sweep.name
            )

    def damaged(self) -> dict[str, Message]:
        """Sweep folders that cannot be read, with the reason; the operator alone hears of them."""
        return self._scan()[1] if self.runs.visitor.is_operator else {}

    def delete(self, sweep: Sweep) -> None:
        """Remove a sweep and all its runs for good. Raises RunBusy while it runs, or one of them does, and RunError."""
        self.check_own(sweep)
        if sweep.is_running:
            raise RunBusy("{name!r} is running; stop it before deleting it.", name=sweep.name)
        for record in self._runs_of(sweep).all():
            if record.tags.get(SWEEP_TAG) == sweep.id:
                self.runs.delete(record.id)
        _remove(sweep.path, sweep.name)

    def delete_damaged(self, folder: str) -> None:
        """Remove the folder of a damaged sweep for good; its runs stay. As `damaged`, for the operator alone.

        Raises RunNotFound where no damaged sweep has this name, RunBusy while it runs, and RunError.
        """
        if folder not in self.damaged():
            raise RunNotFound("There is no sweep {id!r}.", id=folder)
        if is_locked(self._root / folder):
            raise RunBusy("{name!r} is running; stop it before deleting it.", name=folder)
        _remove(self._root / folder, folder)

    def trials(self, sweep: Sweep) -> list[Trial]:
        """Every network with its run. Of several runs for one a finished one counts, else the newest."""
        found: dict[tuple[str, str], RunRecord] = {}
        for record in reversed(self._runs_of(sweep).all()):
            place = _place(record.tags)
            known = found.get(place)
            if record.tags.get(SWEEP_TAG) == sweep.id and not (known and known.state.status == FINISHED):
                found[place] = record
        return [
            Trial(number, config, found.get(_place(trial_tags(sweep, number))))
            for number, config in enumerate(sweep.space.runs())
        ]

    def _runs_of(self, sweep: Sweep) -> RunStore:
        # A link shows a sweep to others with all its cells.
        return self.runs.seen_by(Visitor(sweep.owner))

    def _scan(self) -> tuple[list[Sweep], dict[str, Message]]:
        sweeps: list[Sweep] = []
        damaged: dict[str, Message] = {}
        for folder in sorted(self._folders(), reverse=True):
            try:
                sweeps.append(_read_sweep(folder))
            except RunError as error:
                if not _is_in_the_making(folder):
                    damaged[folder.name] = error.message
        return sweeps, damaged

    def _folders(self) -> list[Path]:
        try:
            with os.scandir(self._root) as entries:
                return [Path(entry.path) for entry in entries if entry.is_dir()]
        except OSError:
            return []


def save_error(folder: Path, error: OSError) -> RunError:
    """What to raise when a sweep or one of its runs cannot be written."""
    return RunError("The sweep cannot be saved in {folder}: {reason}.", folder=folder, reason=error.strerror)


def trial_tags(sweep: Sweep, number: int) -> dict[str, str]:
    """The tags of a run of the sweep. number: as in `SearchSpace.runs`."""
    repeat, cell = divmod(number, sweep.space.n_cells)
    tags = {SWEEP_TAG: sweep.id, CELL_TAG: str(cell)}
    return tags | {SEED_TAG: str(sweep.space.base.seed + repeat)} if sweep.space.seeds > 1 else tags


def _place(tags: Mapping[str, str]) -> tuple[str, str]:
    return tags.get(CELL_TAG, ""), tags.get(SEED_TAG, "")


def _remove(folder: Path, name: str) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise RunError("{name!r} cannot be deleted: {reason}.", name=name, reason=error.strerror) from None


def _is_in_the_making(folder: Path) -> bool:
    """Whether it may be the folder of a sweep that another process writes down or deletes just now."""
    stamp = file_stamp(folder)
    return file_stamp(folder / "sweep.json") == NO_FILE and (
        stamp == NO_FILE or 0 <= time.time_ns() - stamp[0] < _MAKING_NS
    )


def _read_sweep(path: Path) -> Sweep:
    try:
        values = read_object(path / "sweep.json")
        space = SearchSpace.from_dict(values)
        created = parse_time(values.get("created"))
    except (ConfigError, RecordError) as error:
        raise RunError("{file}: {reason}", file=f"{path.name}/sweep.json", reason=error.message) from None
    name, owner = str(values.get("name") or path.name)[:NAME_LENGTH], str(values.get("owner") or "")
    return Sweep(path.name, path, name, created.isoformat(), space, owner)
