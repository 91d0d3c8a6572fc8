"""Wrong class codes are limited, so that the right one cannot be found by trying."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from core.errors import LimitReached

# Wrong codes a minute, of one visitor and of all: whoever tries may be a new visitor each time.
MOST_OF_ONE = 5
MOST_OF_ALL = 100
_WINDOW_SECONDS = 60.0


class WrongCodes:
    """Counts the wrong codes of the last minute. Every method may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[tuple[float, str]] = deque()
        self._lock = threading.Lock()

    def check(self, owner: str) -> None:
        """Raises LimitReached for a visitor who has to wait before trying again."""
        with self._lock:
            now = self._clock()
            while self._times and self._times[0][0] <= now - _WINDOW_SECONDS:
                self._times.popleft()
            own = [at for at, who in self._times if who == owner]
            over = own if len(own) >= MOST_OF_ONE else [at for at, _ in self._times]
            if len(own) >= MOST_OF_ONE or len(self._times) >= MOST_OF_ALL:
                raise LimitReached(
                    "Too many wrong class codes; at most {most} a minute are allowed. Try again in {seconds:.0f} s.",
                    most=MOST_OF_ONE if over is own else MOST_OF_ALL,
                    seconds=max(over[0] + _WINDOW_SECONDS - now, 1.0),
                )

    def note(self, owner: str) -> None:
        """Count a wrong code."""
        with self._lock:
            self._times.append((self._clock(), owner))
