"""A run's events on disk: one line of JSON each, append only."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from core.storage.reading import open_regular
from core.training.events import TrainEvent, from_line, to_line

# Bytes by which a log is recognised. Its lines hold training times, so two logs never agree in as many.
_TAIL_LENGTH = 400
# Bytes of a line, its end included, at most: about 100,000 steps. A report tells those of a fifth of a second.
_MOST_LINE = 1_000_000
# Bytes of a log, at most: of more than a hundred million steps.
_MOST_BYTES = 2 * 10**9


class EventLog:
    """An append-only file of events, written by one process and read by any number."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def append(self, *events: TrainEvent) -> None:
        """Write events, one a line. Raises OSError, for example when the disk is full."""
        text = "".join(f"{to_line(event)}\n" for event in events)
        with self.file.open("ab+") as file:
            # A writer that was killed can leave half a line, to which the next line must not be joined.
            file.seek(max(file.seek(0, os.SEEK_END) - 1, 0))
            if file.read(1) not in (b"", b"\n"):
                text = "\n" + text
            file.write(text.encode())

    def read(self, cursor: int = 0) -> tuple[list[TrainEvent], int]:
        """Events after byte `cursor`, and the cursor to go on from.

        A line still being written is left for the next call; a line that is not an event is skipped. Nothing is read
        from the first line on that is longer than any event: the file is no log there.
        """
        events = []
        for line in self._lines(cursor):
            cursor += len(line)
            try:
                events.append(from_line(line.decode("utf-8", errors="replace")))
            except ValueError:
                continue
        return events, cursor

    def _lines(self, start: int) -> Iterator[bytes]:
        with contextlib.suppress(OSError), open_regular(self.file, _MOST_BYTES) as file:
            file.seek(start)
            while (line := file.readline(_MOST_LINE)).endswith(b"\n"):
                yield line

    def tail(self, cursor: int) -> bytes:
        """The last bytes before byte `cursor`. They differ once another log has taken this one's place."""
        start = max(cursor - _TAIL_LENGTH, 0)
        return self._read_bytes(start, cursor - start)

    def _read_bytes(self, start: int, length: int) -> bytes:
        """Nothing where the file is not there."""
        try:
            with open_regular(self.file, _MOST_BYTES) as file:
                file.seek(start)
                return file.read(length)
        except OSError:
            return b""
