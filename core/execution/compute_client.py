"""Calls of functions where torch is loaded, answered by children of the compute process.

A child answers one call at a time, and each call has a child of its own while it lasts, so no caller waits behind
another's long call. A child that has answered is kept for the next call, since it has networks and data loaded.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Client
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, TypeVarTuple

from core.errors import ComputeError
from core.execution.call import Call, Progress, ShareDone, TimeLimit
from core.execution.children import BACKGROUND, QUICK, Child, IdleChildren, Lane
from core.execution.process_link import OnExit, ProcessLink
from core.execution.threads import run_in_thread
from core.steps import Steps

Ts = TypeVarTuple("Ts")
R = TypeVar("R")
# Whether the function returned, and what it returned or raised.
_Answer = tuple[bool, Any]

# Seconds that a call may take unless its caller says otherwise.
CALL_SECONDS = 120.0
# The same for what takes long, such as measuring a network.
LONG_SECONDS = 3600.0
# The compute process imports torch first, which can take long on a small machine with a cold disk.
_CONNECT_SECONDS = 90.0
_CONNECT_POLL_SECONDS = 0.01
# How soon a waiting call notices that it is to be broken off. An answer is noticed at once.
_CHECK_SECONDS = 0.05

_log = logging.getLogger(__name__)


class ComputeClient:
    """Owns the compute process. Thread-safe. `on_exit` hears the name and exit code of every ended child.

    A code of None means that the compute process itself broke off.
    """

    def __init__(self, on_exit: OnExit = lambda *_: None) -> None:
        self._link = ProcessLink(on_exit)
        self.is_ready = self._link.is_ready
        self._idle = IdleChildren()
        self._free = {lane: threading.Semaphore(lane.most) for lane in (QUICK, BACKGROUND)}
        self._folder = tempfile.TemporaryDirectory(prefix="mnist-lab-")
        self._key = secrets.token_hex(32)

    def start(self) -> None:
        """Start the compute process if it does not run; it is usable at once and ready some seconds later."""
        self._link.start()

    def train(self, name: str, folder: Path, data_root: Path) -> None:
        """Train the run in `folder` in a child called `name`. Raises ComputeError."""
        self._link.start_child(name, "train", [str(folder), str(data_root)])

    def call(
        self, function: Callable[[*Ts], R], *args: *Ts, lane: Lane = QUICK, timeout: float | None = CALL_SECONDS
    ) -> R:
        """Run a top-level function of `core` in a child and return its result. Arguments and result are pickled.

        timeout: seconds, with all waiting, after which the call is broken off and its child killed; None for no limit.
        Raises LabError and OSError as the function raises them, UnexpectedError for any other exception in it, and
        ComputeError when its time is over or the compute process broke off.
        """
        return self._answer(TimeLimit(timeout), lane, ShareDone(), function, args)

    def start_call(
        self, function: Callable[[*Ts], R], *args: *Ts, lane: Lane = QUICK, timeout: float | None = CALL_SECONDS
    ) -> Call[R]:
        """As `call`, without waiting: the result comes with the call that is returned, which can be cancelled."""
        return self._start(TimeLimit(timeout), lane, function, args)

    def start_long_call(self, function: Callable[[*Ts], Steps[R]], *args: *Ts, lane: Lane = BACKGROUND) -> Call[R]:
        """As `start_call`, of a function that takes long and tells how much it has done."""
        return self._start(TimeLimit(LONG_SECONDS), lane, function, args)

    def call_in_new_child(self, function: Callable[[*Ts], R], *args: *Ts, timeout: float | None = LONG_SECONDS) -> R:
        """As `call` in the background lane, in a further child that ends with the call, for what takes long."""
        limit = TimeLimit(timeout)
        child = self._open(BACKGROUND, limit)
        answer = self._ask(child, limit, ShareDone(), function, args)
        child.connection.close()
        result: R = _unpack(answer)
        return result

    def close(self) -> None:
        """End the compute process and all its children; training ones save a checkpoint first."""
        self._link.close()
        self._idle.close()
        self._folder.cleanup()

    def _start(self, limit: TimeLimit, lane: Lane, function: Callable[..., object], args: tuple[Any, ...]) -> Call[Any]:
        share = ShareDone()
        return Call(run_in_thread(self._answer, limit, lane, share, function, args), limit, share)

    def _answer(
        self, limit: TimeLimit, lane: Lane, share: ShareDone, function: Callable[..., R], args: tuple[Any, ...]
    ) -> R:
        while not self._free[lane].acquire(timeout=_CHECK_SECONDS):
            limit.check()
        try:
            limit.check()
            child = self._idle.take(lane) or self._open(lane, limit)
            answer = self._ask(child, limit, share, function, args)
            self._idle.keep(lane, child)
        finally:
            self._free[lane].release()
        result: R = _unpack(answer)
        return result

    def _open(self, lane: Lane, limit: TimeLimit) -> Child:
        """A new child. Raises ComputeError, and what `TimeLimit.check` raises."""
        name = f"serve-{secrets.token_hex(4)}"
        address = rf"\\.\pipe\mnist-lab-{name}" if sys.platform == "win32" else str(Path(self._folder.name) / name)
        # Systems clear their temporary folders now and then.
        Path(self._folder.name).mkdir(mode=0o700, exist_ok=True)
        self._link.start_child(name, "serve", [address, self._key, lane.niceness])
        end = time.monotonic() + _CONNECT_SECONDS
        try:
            while time.monotonic() < end and self._link.has_child(name):
                # Not there yet, or gone again before it answered.
                with contextlib.suppress(OSError, EOFError):
                    return Child(name, Client(address, authkey=bytes.fromhex(self._key)))
                limit.check()
                time.sleep(_CONNECT_POLL_SECONDS)
            raise ComputeError("The compute process did not start; try again.")
        except BaseException:
            self._link.kill_child(name)
            raise

    def _ask(
        self, child: Child, limit: TimeLimit, share: ShareDone, function: Callable[..., object], args: tuple[Any, ...]
    ) -> _Answer:
        """Have the child do the call. A child that does not answer is killed."""
        assert isinstance(function, FunctionType)
        try:
            child.connection.send((function.__module__, function.__name__, args))
            while isinstance(answer := self._receive(child, limit), Progress):
                share.value = answer.share
        except BaseException as error:
            child.connection.close()
            self._link.kill_child(child.name)
            _log.warning("%s.%s was broken off: %r", function.__module__, function.__name__, error)
            if isinstance(error, (EOFError, OSError)):
                raise ComputeError("The compute process broke off; it may have run out of memory. Try again.") from None
            raise
        return answer

    def _receive(self, child: Child, limit: TimeLimit) -> Progress | _Answer:
        limit.check()
        while not child.connection.poll(_CHECK_SECONDS):
            limit.check()
        message: Progress | _Answer = child.connection.recv()
        return message


def _unpack(answer: _Answer) -> Any:
    succeeded, result = answer
    if not succeeded:
        raise result
    return result
