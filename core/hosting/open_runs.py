"""Which runs and sweeps visitors look at, so that none of them is deleted meanwhile."""

from __future__ import annotations

import time

# Seconds since a page last showed a run after which nobody looks at it any more.
_SECONDS = 3600.0


class OpenRuns:
    """Thread-safe: each operation is a single one of the dictionary."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def note(self, shown: str) -> None:
        """A page shows this run or sweep."""
        self._seen[shown] = time.monotonic()

    def ids(self) -> set[str]:
        """The runs and sweeps shown within the last hour; older ones are forgotten."""
        now = time.monotonic()
        for run_id, seen in [*self._seen.items()]:
            if now - seen > _SECONDS:
                self._seen.pop(run_id, None)
        return set(self._seen)
