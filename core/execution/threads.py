"""Work in threads that do not keep Python from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

R = TypeVar("R")


def run_in_thread(function: Callable[..., R], *args: Any) -> Future[R]:
    """Call a function in a thread of its own, which Python does not wait for at its end, as it does for a pool's."""
    future: Future[R] = Future()

    def call() -> None:
        try:
            future.set_result(function(*args))
        except BaseException as error:
            future.set_exception(error)

    future.set_running_or_notify_cancel()
    threading.Thread(target=call, daemon=True).start()
    return future
