"""The runs below a folder: made, found, renamed and deleted, each by whom it belongs to."""

from __future__ import annotations

import contextlib
import copy
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.config.run_config import RunConfig
from core.errors import NotYours, RunBusy, RunError, RunNotFound
from core.owners.visitor import OPERATOR, Visitor
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

    A store is the operator's, to whom all runs belong; `seen_by` gives another visitor's. Any run can be read by its
    id, which is how a link shows it to others. Lists hold the visitor's own runs and the bundled ones, and only the
    visitor's own can be changed. Every method may be called from any thread.
    """

    def __init__(self, root: Path, bundled_root: Path | None = None) -> None:
        self.root = root
        self.visitor = OPERATOR
        self._translate: Callable[[str], str] = str
        self._bundled_root = bundled_root
        self._indexes = [RunIndex(folder, bundled) for folder, bundled in self._roots()]

    def seen_by(self, visitor: Visitor, translate: Callable[[str], str] = str) -> RunStore:
        """The same runs for another visitor.

        translate: gives a bundled run's name, which is a text of the catalogue, in the visitor's language.
        """
        seen = copy.copy(self)
        seen.visitor, seen._translate = visitor, translate
        return seen

    def create(self, config: RunConfig, name: str = "", tags: dict[str, str] | None = None) -> RunRecord:
        """Make the folder of a new run, not started yet. Raises RunError when it cannot be written."""
        name, now = _check_name(name.strip() or str(config.label())), datetime.now(UTC)
        try:
            with new_folder(self.root, now, config.arch) as folder:
                state, created = (
                    RunState(INTERRUPTED, message("Training has not started.")),
                    now.isoformat(timespec="seconds"),
                )
                _write_config(
                    RunRecord(
                        folder.name, folder, name, created, config, tags or {}, state, None, False, self.visitor.owner
                    )
                )
                write_state(folder, state)
                # What cannot be read back, such as a name that is no text, is not kept.
                return read_run(folder)
        except OSError as error:
            raise RunError(
                "The run cannot be saved in {folder}: {reason}.", folder=self.root, reason=error.strerror
            ) from None

    def get(self, run_id: str) -> RunRecord:
        """Read one run, whomever it belongs to. Raises RunNotFound, or RunError when its folder is damaged."""
        for root, bundled in self._roots():
            path = root / run_id
            if is_run_id(run_id) and (path / "config.json").is_file():
                record = read_run(path, bundled)
                return self._with_translated_name(record) if bundled else record
        raise RunNotFound("There is no run {id!r}.", id=run_id)

    def _with_translated_name(self, bundled: RunRecord) -> RunRecord:
        return replace(bundled, name=self._translate(bundled.name))

    def own(self, run_id: str) -> RunRecord:
        """As `get`, of a run that the visitor may change. Raises NotYours for any other, too."""
        record = self.get(run_id)
        self.check_own(record)
        return record

    def check_own(self, record: RunRecord) -> None:
        """Raises RunError for a run that comes with the app, and NotYours for one of another visitor."""
        if record.bundled:
            raise RunError("{name!r} comes with the app and cannot be changed.", name=record.name)
        if not self.visitor.may_change(record.owner):
            raise NotYours(
                "{name!r} belongs to another visitor; it can be looked at, but not changed.", name=record.name
            )

    def scan(self) -> Listing:
        """The visitor's runs, newest first, then the bundled ones, and the folders that cannot be read, with why.

        Whom a folder belongs to that cannot be read is not known, so the operator alone hears of it.
        """
        own, *bundled = (index.scan() for index in self._indexes)
        return Listing(
            [record for record in own.records if self.visitor.may_change(record.owner)]
            + [self._with_translated_name(record) for listing in bundled for record in listing.records],
            own.damaged | {name: reason for listing in bundled for name, reason in listing.damaged.items()}
            if self.visitor.is_operator
            else {},
        )

    def all(self, linked: str | None = None) -> list[RunRecord]:
        """The runs of `scan`, and the one that a link names, where it is another visitor's and can be read."""
        records = self.scan().records
        if linked and all(record.id != linked for record in records):
            with contextlib.suppress(RunError):
                records.append(self.get(linked))
        return records

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
        record = self.own(run_id)
        name, tags = record.name if name is None else _check_name(name), dict(record.tags)
        for tag, value in ((NOTE_TAG, note and note.strip()[:NOTE_LENGTH]), (STAR_TAG, is_starred and "yes")):
            if value:
                tags[tag] = value
            elif value is not None:
                tags.pop(tag, None)
        try:
            _write_config(replace(record, name=name, tags=tags))
        except OSError as error:
            raise RunError("{name!r} cannot be changed: {reason}.", name=record.name, reason=error.strerror) from None

    def delete(self, run_id: str) -> None:
        """Remove a run's folder for good, a damaged one too. Raises RunBusy while it is in use, and RunError."""
        try:
            record = self.get(run_id)
        except RunError:
            # Only what was found below the root is removed, whatever `run_id` may say.
            if not self.visitor.is_operator or run_id not in self._indexes[0].scan().damaged:
                raise
            _remove(self.root / run_id, run_id)
            return
        self.check_own(record)
        if record.is_active:
            status = STATUS_WORDS[record.state.status]
            raise RunBusy("{name!r} is {status}; stop it before deleting it.", name=record.name, status=status)
        _remove(record.path, record.name)

    def _roots(self) -> list[tuple[Path, bool]]:
        return [(self.root, False)] + ([(self._bundled_root, True)] if self._bundled_root else [])


def _write_config(record: RunRecord) -> None:
    values = {
        "name": record.name,
        "created": record.created,
        "owner": record.owner,
        "tags": record.tags,
        "config": record.config.to_dict(),
    }
    write_atomically(record.path / "config.json", json.dumps(values, indent=1))


def _remove(folder: Path, name: str) -> None:
    try:
        # Held, so that no process can begin to work on it meanwhile.
        with hold_alone(folder):
            shutil.rmtree(folder)
    except RunBusy:
        raise RunBusy("{name!r} is still being measured; try again in a moment.", name=name) from None
    except OSError as error:
        raise RunError("{name!r} cannot be deleted: {reason}.", name=name, reason=error.strerror) from None


def _check_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise RunError("A name has 1 to {most} characters; this one has {length}.", most=NAME_LENGTH, length=len(name))
    return name
