"""The runs below a folder: made, found, renamed and deleted."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from core.config.run_config import RunConfig
from core.errors import RunBusy, RunError, RunNotFound
from core.runs.index import Listing, RunIndex
from core.runs.record import (
    INTERRUPTED,
    NAME_LENGTH,
    NOTE_LENGTH,
    NOTE_TAG,
    STAR_TAG,
    STATUS_WORDS,
    RunRecord,
    RunState,
    is_run_id,
    read_run,
    write_state,
)
from core.storage.atomic import remove_leftovers, write_atomically
from core.storage.locks import hold_alone
from core.storage.new_folder import new_folder
from core.texts.message import Message, message


class RunStore:
    """The runs below one folder, and the bundled ones below another, which is only read.

    Every method may be called from any thread.
    """

    def __init__(self, root: Path, bundled_root: Path | None = None) -> None:
        self.root = root
        self._bundled_root = bundled_root
        self._indexes = [RunIndex(folder, bundled) for folder, bundled in self._roots()]

    def create(self, config: RunConfig, name: str = "", tags: dict[str, str] | None = None) -> RunRecord:
        """Make the folder of a new run, not started yet. Raises RunError when it cannot be written."""
        name, now = _check_name(name.strip() or str(config.label())), datetime.now(UTC)
        try:
            with new_folder(self.root, now, config.arch) as folder:
                self._write_config(folder, name, now.isoformat(timespec="seconds"), tags or {}, config)
                write_state(folder, RunState(INTERRUPTED, message("Training has not started.")))
                # What cannot be read back, such as a name that is no text, is not kept.
                return read_run(folder)
        except OSError as error:
            raise RunError(
                "The run cannot be saved in {folder}: {reason}.", folder=self.root, reason=error.strerror
            ) from None

    def get(self, run_id: str) -> RunRecord:
        """Read one run. Raises RunNotFound, or RunError when its folder is damaged."""
        for root, bundled in self._roots():
            path = root / run_id
            if is_run_id(run_id) and (path / "config.json").is_file():
                return read_run(path, bundled)
        raise RunNotFound("There is no run {id!r}.", id=run_id)

    def scan(self) -> Listing:
        """All runs, newest first, the bundled ones last, and the folders that cannot be read, with the reason."""
        own, *bundled = (index.scan() for index in self._indexes)
        return Listing(
            own.records + [record for listing in bundled for record in listing.records],
            own.damaged | {name: reason for listing in bundled for name, reason in listing.damaged.items()},
        )

    def all(self) -> list[RunRecord]:
        """The runs of `scan`."""
        return self.scan().records

    def damaged(self) -> dict[str, Message]:
        """The damaged folders of `scan`."""
        return self.scan().damaged

    def remove_leftovers(self) -> None:
        """Remove temporary files that killed processes have left in the runs' folder, an hour old at least."""
        remove_leftovers(self.root)

    def annotate(
        self, run_id: str, name: str | None = None, note: str | None = None, is_starred: bool | None = None
    ) -> None:
        """Give a run another name, note or star; None leaves it as it is. Raises RunError."""
        record = self.get(run_id)
        _check_own(record)
        name, tags = record.name if name is None else _check_name(name), dict(record.tags)
        for tag, value in ((NOTE_TAG, note and note.strip()[:NOTE_LENGTH]), (STAR_TAG, is_starred and "yes")):
            if value:
                tags[tag] = value
            elif value is not None:
                tags.pop(tag, None)
        try:
            self._write_config(record.path, name, record.created, tags, record.config)
        except OSError as error:
            raise RunError("{name!r} cannot be changed: {reason}.", name=record.name, reason=error.strerror) from None

    def delete(self, run_id: str) -> None:
        """Remove a run's folder for good, a damaged one too. Raises RunBusy while it is in use, and RunError."""
        try:
            record = self.get(run_id)
        except RunError:
            # Only what was found below the root is removed, whatever `run_id` may say.
            if run_id not in self._indexes[0].scan().damaged:
                raise
            _remove(self.root / run_id, run_id)
            return
        _check_own(record)
        if record.is_active:
            status = STATUS_WORDS[record.state.status]
            raise RunBusy("{name!r} is {status}; stop it before deleting it.", name=record.name, status=status)
        _remove(record.path, record.name)

    def _roots(self) -> list[tuple[Path, bool]]:
        return [(self.root, False)] + ([(self._bundled_root, True)] if self._bundled_root else [])

    @staticmethod
    def _write_config(path: Path, name: str, created: str, tags: dict[str, str], config: RunConfig) -> None:
        values = {"name": name, "created": created, "tags": tags, "config": config.to_dict()}
        write_atomically(path / "config.json", json.dumps(values, indent=1))


def _remove(folder: Path, name: str) -> None:
    try:
        # Held, so that no process can begin to work on it meanwhile.
        with hold_alone(folder):
            shutil.rmtree(folder)
    except RunBusy:
        raise RunBusy("{name!r} is still being measured; try again in a moment.", name=name) from None
    except OSError as error:
        raise RunError("{name!r} cannot be deleted: {reason}.", name=name, reason=error.strerror) from None


def _check_own(record: RunRecord) -> None:
    if record.bundled:
        raise RunError("{name!r} comes with the app and cannot be changed.", name=record.name)


def _check_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise RunError("A name has 1 to {most} characters; this one has {length}.", most=NAME_LENGTH, length=len(name))
    return name
