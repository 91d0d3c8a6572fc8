"""The client's end of children that answer calls, and those of them that wait for the next call."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

# Seconds without a call after which a child is ended.
_IDLE_SECONDS = 120.0
# Sent in place of a call, and sent back by the child.
PING = "ping"
_PING_SECONDS = 1.0


@dataclass(frozen=True)
class Lane:
    """A kind of calls, with children of its own.

    niceness: of the children, as in `os.nice`. most: children with a call at once; further calls wait.
    kept: children kept without a call. kept_for_good: those of them that are not ended after a while.
    """

    niceness: int
    most: int
    kept: int
    kept_for_good: int


# For what a reader waits for, such as predictions and explanations.
QUICK = Lane(niceness=0, most=8, kept=3, kept_for_good=1)
# For what goes on beside that: the twins' steps, measuring, and the trials of sweeps.
BACKGROUND = Lane(niceness=10, most=8, kept=2, kept_for_good=0)


@dataclass(frozen=True)
class Child:
    """A child by its name in the compute process, and the connection that it answers on."""

    name: str
    connection: Connection[Any, Any]


class IdleChildren:
    """The children without a call, those used last; the others are ended by closing their connection. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_closed = False
        self._timer: threading.Timer | None = None
        # With the time since when they have no call, the one used last at the end.
        self._idle: dict[Lane, list[tuple[Child, float]]] = {QUICK: [], BACKGROUND: []}

    def take(self, lane: Lane) -> Child | None:
        """The child that was used last, since it has most likely loaded what the next call needs; None without one."""
        while True:
            with self._lock:
                if not self._idle[lane]:
                    return None
                child, _ = self._idle[lane].pop()
            if _answers(child):
                return child
            child.connection.close()

    def keep(self, lane: Lane, child: Child) -> None:
        """Keep a child whose call has ended, in place of the one that was not used for the longest time."""
        with self._lock:
            self._idle[lane].append((child, time.monotonic()))
            self._end_oldest(lane, 0 if self._is_closed else lane.kept)
            self._watch()

    def close(self) -> None:
        """End all children, and each one that is still to be kept."""
        with self._lock:
            self._is_closed = True
            for lane in self._idle:
                self._end_oldest(lane, 0)

    def _end_oldest(self, lane: Lane, kept: int, used_before: float = float("inf")) -> None:
        idle = self._idle[lane]
        while len(idle) > kept and idle[0][1] <= used_before:
            idle.pop(0)[0].connection.close()

    def _watch(self) -> None:
        if self._timer is None and any(len(idle) > lane.kept_for_good for lane, idle in self._idle.items()):
            self._timer = threading.Timer(_IDLE_SECONDS, self._end_unused)
            self._timer.daemon = True
            self._timer.start()

    def _end_unused(self) -> None:
        with self._lock:
            self._timer = None
            for lane in self._idle:
                self._end_oldest(lane, lane.kept_for_good, time.monotonic() - _IDLE_SECONDS)
            self._watch()


def _answers(child: Child) -> bool:
    """Whether the child is still there; it may have been killed, for want of memory for one."""
    try:
        child.connection.send(PING)
        return child.connection.poll(_PING_SECONDS) and child.connection.recv() == PING
    except (EOFError, OSError):
        return False
