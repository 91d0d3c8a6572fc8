"""How many visitors watch a run, and how often its page can be drawn anew for all of them."""

from __future__ import annotations

import statistics
import time
from collections import deque

# Seconds between two redraws, as long as few visitors watch, and at most.
_USUAL_SECONDS, _MOST_SECONDS = 0.4, 5.0
# Share of one processor that all redraws may take: one interpreter serves all visitors, and others want an answer.
_SHARE = 0.25
# What the server does for a redraw, as a multiple of what drawing itself takes: it also takes the request, restores the
# session and sends the result. By `python -m benchmarks.load.watching`.
_IN_ALL = 1.6
# Another time between redraws is worth a new run of the whole page when it is this many times as long or as short.
_FAR = 1.5
# Seconds since the last redraw after which a visitor watches no more.
_FORGET_SECONDS = 2 * _MOST_SECONDS
# Redraws whose median says what one takes.
_REMEMBERED = 50


def seconds_between(watchers: int, drawing: float) -> float:
    """Seconds between two redraws. drawing: processor time in seconds that drawing takes once."""
    return min(max(watchers * drawing * _IN_ALL / _SHARE, _USUAL_SECONDS), _MOST_SECONDS)


def is_far_from(wanted: float, now: float) -> bool:
    """Whether redraws every `now` seconds should rather come every `wanted` seconds."""
    return not now / _FAR < wanted < now * _FAR


class Watchers:
    """Thread-safe: each operation is a single one of the dictionary or the queue."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._took: deque[float] = deque(maxlen=_REMEMBERED)

    def note(self, session: str, drawing: float) -> None:
        """A session has drawn a run. drawing: processor time in seconds.

        A session's first time does not count: it may be the server's first, too, which imports what charts need.
        """
        if session in self._seen:
            self._took.append(drawing)
        self._seen[session] = time.monotonic()

    def seconds(self) -> float:
        """Seconds between two redraws now."""
        now = time.monotonic()
        for session, seen in [*self._seen.items()]:
            if now - seen > _FORGET_SECONDS:
                self._seen.pop(session, None)
        took = [*self._took]
        return seconds_between(len(self._seen), statistics.median(took) if took else 0.0)
