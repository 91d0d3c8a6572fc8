"""The runs below a folder, read from the disk only where something has changed since they were last read.

A run's small files are replaced by renaming, which sets the time of the run's folder. So one look at a folder's time
tells whether its run must be read again. Three things are left to do:

- A change within the same tick of the file system's clock leaves the time as it was. So a folder that was changed
  shortly before it was read is read again (git's index has the same problem; see its "racy-git" documentation).
- A file edited in place, by hand, does not set its folder's time. So each run is read again once a minute.
- Whether an active run is still held by a process is no matter of files. So its lock is looked at each time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from core.errors import RunError
from core.runs.record import OUTCOME_FILES, RunRecord, is_run_id, read_stored_run, with_lock_seen
from core.storage.stamp import NO_FILE, Stamp, file_stamp
from core.texts.message import Message

# Longest tick of a file system's clock, in nanoseconds (2 s on FAT).
_TICK_NS = 2 * 10**9
# A folder with one of these is a run's. What is left of one that was deleted while it was trained has no configuration.
_MARKS = ("config.json", "state.json", *OUTCOME_FILES)
# Time after which a run is read again though its folder's time is the same, in nanoseconds.
_MOST_AGE_NS = 60 * 10**9


class Listing(NamedTuple):
    """The runs that can be read, and the folders of those that cannot, with the reason."""

    records: list[RunRecord]
    damaged: dict[str, Message]


class _Entry(NamedTuple):
    """What was read of a folder.

    stamp: the folder's. read: the clock's time before reading, in nanoseconds.
    run: the record, why it cannot be read, or None where the folder is not a run's.
    """

    stamp: Stamp
    read: int
    run: RunRecord | Message | None

    def is_valid(self, stamp: Stamp, now: int) -> bool:
        """Whether nothing can have changed since, given the folder's stamp as it is now."""
        return stamp == self.stamp and stamp[0] < self.read - _TICK_NS and 0 <= now - self.read < _MOST_AGE_NS


class RunIndex:
    """The runs below one folder. Every method may be called from any thread."""

    def __init__(self, root: Path, bundled: bool = False) -> None:
        self._root = root
        self._bundled = bundled
        self._entries: dict[str, _Entry] = {}

    def scan(self) -> Listing:
        """All runs as they are now, newest first, bundled ones by name."""
        # Replaced as a whole, so that threads need no lock; a folder that is gone is forgotten.
        self._entries = entries = dict(self._look(self._entries))
        runs = [(name, entries[name].run) for name in sorted(entries, reverse=not self._bundled)]
        records = [with_lock_seen(run) for _, run in runs if isinstance(run, RunRecord)]
        return Listing(records, {name: run for name, run in runs if isinstance(run, Message)})

    def _look(self, known: Mapping[str, _Entry]) -> Iterator[tuple[str, _Entry]]:
        try:
            with os.scandir(self._root) as folders:
                names = [entry.name for entry in folders if entry.is_dir()]
        except OSError:
            return
        for name in names:
            now, stamp = time.time_ns(), file_stamp(self._root / name)
            if stamp == NO_FILE:
                # Deleted in the meantime.
                continue
            entry = known.get(name)
            if entry is None or not entry.is_valid(stamp, now):
                entry = _Entry(stamp, now, self._read(name))
            yield name, entry

    def _read(self, name: str) -> RunRecord | Message | None:
        folder = self._root / name
        # A run that is being created has none of them yet.
        if not any((folder / file).exists() for file in _MARKS):
            return None
        try:
            if not is_run_id(name):
                raise RunError(
                    "A run’s folder is named by at most 100 letters, digits, dots, hyphens and underscores, "
                    "the first one a letter or a digit."
                )
            return read_stored_run(folder, self._bundled)
        except RunError as error:
            return error.message
