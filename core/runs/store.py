"""The runs below a folder: made, found, renamed and deleted."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from core.config.run_config import RunConfig
from core.errors import RunBusy, RunError, RunNotFound
from core.runs.record import INTERRUPTED, NAME_LENGTH, RunRecord, RunState, read_run, write_state
from core.storage.atomic import write_atomically
from core.storage.locks import is_locked
from core.storage.new_folder import new_folder

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class RunStore:
    """The runs below one folder, and the bundled ones below another, which is only read."""

    def __init__(self, root: Path, bundled_root: Path | None = None) -> None:
        self.root = root
        self._bundled_root = bundled_root

    def create(self, config: RunConfig, name: str = "", tags: dict[str, str] | None = None) -> RunRecord:
        """Make the folder of a new run, not started yet. Raises RunError when it cannot be written."""
        name, now = _check_name(name.strip() or config.label()), datetime.now(UTC)
        try:
            with new_folder(self.root, now, config.arch) as folder:
                self._write_config(folder, name, now.isoformat(timespec="seconds"), tags or {}, config)
                write_state(folder, RunState(INTERRUPTED, "Training has not started."))
        except OSError as error:
            raise RunError(f"The run cannot be saved in {self.root}: {error.strerror}.") from None
        return self.get(folder.name)

    def get(self, run_id: str) -> RunRecord:
        """Read one run. Raises RunNotFound, or RunError when its folder is damaged."""
        for root, bundled in self._roots():
            path = root / run_id
            if _RUN_ID.fullmatch(run_id) and (path / "config.json").is_file():
                return read_run(path, bundled)
        raise RunNotFound(f"There is no run {run_id!r}.")

    def all(self) -> list[RunRecord]:
        """All readable runs, newest first, the bundled ones last; damaged ones are left to `damaged`."""
        return self._scan()[0]

    def damaged(self) -> dict[str, str]:
        """Run folders that cannot be read, with the reason."""
        return self._scan()[1]

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name. Raises RunError."""
        record, name = self._get_own(run_id), _check_name(name)
        try:
            self._write_config(record.path, name, record.created, record.tags, record.config)
        except OSError as error:
            raise RunError(f"{record.name!r} cannot be renamed: {error.strerror}.") from None

    def delete(self, run_id: str) -> None:
        """Remove a run's folder for good. Raises RunBusy while it is active, and RunError."""
        record = self._get_own(run_id)
        if record.is_active:
            raise RunBusy(f"{record.name!r} is {record.state.status}; stop it before deleting it.")
        if is_locked(record.path):
            raise RunBusy(f"{record.name!r} is still being measured; try again in a moment.")
        try:
            shutil.rmtree(record.path)
        except OSError as error:
            raise RunError(f"{record.name!r} cannot be deleted: {error.strerror}.") from None

    def _get_own(self, run_id: str) -> RunRecord:
        record = self.get(run_id)
        if record.bundled:
            raise RunError(f"{record.name!r} comes with the app and cannot be changed.")
        return record

    def _roots(self) -> list[tuple[Path, bool]]:
        return [(self.root, False)] + ([(self._bundled_root, True)] if self._bundled_root else [])

    def _scan(self) -> tuple[list[RunRecord], dict[str, str]]:
        records, damaged = [], {}
        for root, bundled in self._roots():
            folders = [path.parent for path in root.glob("*/config.json")]
            for folder in sorted(folders, key=lambda path: path.name, reverse=not bundled):
                try:
                    records.append(read_run(folder, bundled))
                except RunError as error:
                    damaged[folder.name] = str(error)
        return records, damaged

    @staticmethod
    def _write_config(path: Path, name: str, created: str, tags: dict[str, str], config: RunConfig) -> None:
        values = {"name": name, "created": created, "tags": tags, "config": config.to_dict()}
        write_atomically(path / "config.json", json.dumps(values, indent=1))


def _check_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise RunError(f"A name has 1 to {NAME_LENGTH} characters; this one has {len(name)}.")
    return name
