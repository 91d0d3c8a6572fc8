"""Downloads in processes of their own, shared by all pages and visitors of one server."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from core.settings import PROJECT
from core.storage.messages import message_from_json
from core.texts.message import NO_MESSAGE, Message, message

State = Literal["running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class DownloadProgress:
    """A snapshot of a download.

    step: what it does at the moment. reason: why it failed; empty unless it did.
    """

    state: State
    bytes_done: int = 0
    bytes_total: int = 0
    step: Message = NO_MESSAGE
    reason: Message = NO_MESSAGE

    @property
    def share(self) -> float:
        """The share of the bytes that has arrived, from 0 to 1."""
        return min(self.bytes_done / self.bytes_total, 1.0) if self.bytes_total else 0.0


class DownloadJob:
    """One running or ended download process. The process ends when this one does. Thread-safe."""

    def __init__(self, name: str, root: Path) -> None:
        self._lock = threading.Lock()
        self._progress = DownloadProgress("running")
        self._process = subprocess.Popen(
            command_for(name, root),
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            # Otherwise Ctrl-C in the server's terminal would interrupt it with a traceback.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._follow, daemon=True)
        self._reader.start()

    @property
    def progress(self) -> DownloadProgress:
        """How far it is now."""
        return self._progress

    def cancel(self) -> None:
        """Stop soon; what has arrived is continued by the next download. Nothing happens after the end."""
        self._change(state="cancelled")
        self._hang_up()

    def wait(self, seconds: float) -> DownloadProgress:
        """The progress once the process has ended, or after that many seconds."""
        self._reader.join(seconds)
        return self._progress

    def _follow(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                # Lines that a library prints are no events.
                with contextlib.suppress(ValueError):
                    self._take(json.loads(line))
        code = self._process.wait()
        self._hang_up()
        self._fail(message("The download ended unexpectedly (exit status {code}).", code=code))

    def _take(self, event: dict[str, Any]) -> None:
        if "finished" in event:
            self._change(state="done", step=NO_MESSAGE)
        elif "failed" in event:
            self._fail(message_from_json(event["failed"]))
        else:
            step = message_from_json(event["step"])
            self._change(bytes_done=event["bytes_done"], bytes_total=event["bytes_total"], step=step)

    def _fail(self, reason: Message) -> None:
        self._change(state="failed", step=NO_MESSAGE, reason=reason)

    def _change(self, **changes: Any) -> None:
        with self._lock:
            if self._progress.state == "running":
                self._progress = replace(self._progress, **changes)

    def _hang_up(self) -> None:
        with self._lock:
            if self._process.stdin is not None:
                self._process.stdin.close()


class DownloadManager:
    """At most one download at once for each data set and folder; a later caller joins it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[tuple[str, Path], DownloadJob] = {}

    def find(self, name: str, root: Path) -> DownloadJob | None:
        """The latest download of this data set, running or ended."""
        return self._jobs.get((name, root))

    def start(self, name: str, root: Path) -> DownloadJob:
        """The running download, or a new one. Raises OSError when no process can be started."""
        with self._lock:
            job = self.find(name, root)
            if job is None or job.progress.state != "running":
                job = self._jobs[name, root] = DownloadJob(name, root)
            return job


def command_for(name: str, root: Path) -> list[str]:
    """The command line of the downloading process."""
    return [sys.executable, "-m", "core.data.download", name, str(root), "--stop-with-stdin"]
