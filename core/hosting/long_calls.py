"""The long computations that visitors wait for: one of each visitor at a time, in however many tabs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar
from weakref import ref

from core.errors import LimitReached
from core.execution.call import Call
from core.texts.message import Message

R = TypeVar("R")


class _Going(NamedTuple):
    """A call, held weakly so that its result is not kept here, and what its visitor reads of it."""

    call: ref[Call[Any]]
    name: Message

    def is_done(self) -> bool:
        call = self.call()
        return call is None or call.is_done()


class LongCalls:
    """Which visitor waits for which call. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_owner: dict[str, _Going] = {}

    def check(self, owner: str) -> None:
        """Raises LimitReached while a call of the visitor's goes on."""
        going = self._by_owner.get(owner)
        if going and not going.is_done():
            raise LimitReached(
                "“{name}” is still in progress. Each visitor has one long computation at a time: "
                "wait for its end, or cancel it.",
                name=going.name,
            )

    def start(self, owner: str, name: Message, begin: Callable[[], Call[R]]) -> Call[R]:
        """Begin a call of the visitor's. name: what its button says. Raises LimitReached as `check`."""
        with self._lock:
            self.check(owner)
            call = begin()
            self._by_owner = {one: going for one, going in self._by_owner.items() if not going.is_done()}
            self._by_owner[owner] = _Going(ref(call), name)
            return call

    def cancel(self, owner: str) -> None:
        """Break off the call that goes on for the visitor, if there is one; another can begin at once."""
        with self._lock:
            going = self._by_owner.pop(owner, None)
        if going and (call := going.call()):
            call.cancel()
