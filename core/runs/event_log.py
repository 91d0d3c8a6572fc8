"""A run's events on disk: one line of JSON each, append only."""

from __future__ import annotations

import os
from pathlib import Path

from core.training.events import TrainEvent, from_line, to_line


class EventLog:
    """An append-only file of events that one process writes and any number read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, *events: TrainEvent) -> None:
        """Write events, a line each. Raises OSError, on a full disk for one."""
        text = "".join(f"{to_line(event)}\n" for event in events)
        with self.path.open("ab+") as file:
            # A writer that was killed can leave half a line, which must not swallow the next one.
            file.seek(max(file.seek(0, os.SEEK_END) - 1, 0))
            if file.read(1) not in (b"", b"\n"):
                text = "\n" + text
            file.write(text.encode())

    def read(self, cursor: int = 0) -> tuple[list[TrainEvent], int]:
        """Events after byte `cursor`, and the cursor to go on from.

        A line still being written is left for the next call; a line that is no event is skipped.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(cursor)
                content = file.read()
        except OSError:
            return [], cursor
        whole = content[: content.rfind(b"\n") + 1]
        events = []
        for line in whole.decode("utf-8", errors="replace").splitlines():
            try:
                events.append(from_line(line))
            except ValueError:
                continue
        return events, cursor + len(whole)
