"""How long training takes."""

from __future__ import annotations

import time


class TrainingClock:
    """Seconds of training, without pauses."""

    def __init__(self) -> None:
        self._mark = time.perf_counter()

    def restart(self) -> None:
        """Count from now on, after a pause."""
        self._mark = time.perf_counter()

    def since_report(self) -> float:
        """Since the last lap."""
        return time.perf_counter() - self._mark

    def lap(self) -> float:
        """The same; the next lap begins."""
        now = time.perf_counter()
        seconds, self._mark = now - self._mark, now
        return seconds
