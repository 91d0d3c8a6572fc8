"""A call that is on its way in the compute process."""

from __future__ import annotations

import math
import time
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.errors import ComputeError

R = TypeVar("R")

# Seconds in which a cancelled call may still end by itself, so that its child keeps what it has loaded.
_GRACE_SECONDS = 0.5


@dataclass(frozen=True)
class Progress:
    """What a child sends of a call that takes long, before its answer. share: how much is done, from 0 to 1."""

    share: float


class TimeLimit:
    """When a call is to be broken off: `seconds` from now, never where that is None, or earlier when cancelled."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._end = math.inf if seconds is None else time.monotonic() + seconds
        self._is_cancelled = False
        self._left = math.inf

    def cancel(self) -> None:
        """Let the call be broken off in a moment."""
        self._is_cancelled = True
        self._end = min(self._end, time.monotonic() + _GRACE_SECONDS)

    def leave(self, seconds: float) -> None:
        """Let the call be broken off in so many seconds, unless `come_back` is called before."""
        self._left = time.monotonic() + seconds

    def come_back(self) -> None:
        """Take back what `leave` said."""
        self._left = math.inf

    def check(self) -> None:
        """Raise CancelledError or ComputeError once the call is to be broken off."""
        if time.monotonic() >= self._left:
            raise CancelledError
        if time.monotonic() < self._end:
            return
        if self._is_cancelled:
            raise CancelledError
        raise ComputeError(
            "The computation was broken off after its time limit of {seconds:g} s.", seconds=self._seconds
        )


class ShareDone:
    """How much of a call is done, from 0 to 1."""

    def __init__(self) -> None:
        self.value = 0.0


class Call(Generic[R]):
    """A call's result, once it is there, and the way to cancel it. Thread-safe."""

    def __init__(self, future: Future[R], limit: TimeLimit, share: ShareDone) -> None:
        self._future = future
        self._limit = limit
        self._share = share

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1, where its function tells."""
        return self._share.value

    def result(self, timeout: float | None = None) -> R:
        """What the function returned, once it has; `timeout` limits the wait in seconds, not the call.

        Raises what the function raised, ComputeError when the call was broken off, CancelledError when it was
        cancelled before it had ended, and TimeoutError when there is no result within `timeout`.
        """
        return self._future.result(timeout)

    def is_done(self) -> bool:
        """Whether `result` answers at once."""
        return self._future.done()

    def cancel(self) -> None:
        """Break the call off, and return at once. Nothing happens to a call that has ended."""
        self._limit.cancel()

    def leave(self, seconds: float) -> None:
        """Whoever waits for it has gone: break it off in so many seconds, unless they come back before."""
        self._limit.leave(seconds)

    def come_back(self) -> None:
        """Whoever waits for it is here (again)."""
        self._limit.come_back()
