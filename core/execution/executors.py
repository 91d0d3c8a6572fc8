"""Where trials are computed: children of this machine's computing host, or the workers of a Dask cluster."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from core.config.limits import Limits
from core.errors import ConfigError
from core.execution.compute_client import ComputeClient

R = TypeVar("R")

PROCESSES = Limits(1, 32, whole=True)
_ANSWER_SECONDS = 5.0
# Workers import this project first, over a network perhaps.
_IMPORT_SECONDS = 30.0


@dataclass(frozen=True)
class Workers:
    """Who computes: so many processes of this machine, or the Dask cluster at an address. Raises ConfigError."""

    processes: int = 1
    dask: str = ""

    def __post_init__(self) -> None:
        if not PROCESSES.allows(self.processes):
            raise ConfigError(f"The number of processes is {self.processes!r}; it must be {PROCESSES.describe()}.")


@contextmanager
def open_executor(workers: Workers, compute: ComputeClient, folder: Path) -> Iterator[tuple[Executor, int]]:
    """An executor, and how many calls it can work on at once. Raises ConfigError when a cluster cannot be used.

    folder: which all workers must see, since they write there.
    """
    if not workers.dask:
        yield ComputeExecutor(compute), workers.processes
        return
    client = _connect(workers.dask)
    try:
        # One call a worker, however many threads it has: torch's settings are those of a whole process.
        yield client.get_executor(pure=False), count_workers(client, workers.dask, folder)
    finally:
        client.close()


class ComputeExecutor(Executor):
    """Runs functions of `core` in children of the computing host, each call in a child of its own.

    Not `ProcessPoolExecutor`: its workers would import torch each for themselves, a page's process must not fork,
    and one worker's death breaks the whole pool. Calls are not queued; the caller bounds how many there are.
    """

    def __init__(self, compute: ComputeClient) -> None:
        self._compute = compute

    def submit(self, fn: Callable[..., R], /, *args: Any, **_: Any) -> Future[R]:
        """Call a top-level function by position; see `ComputeClient.call`."""
        return run_in_thread(self._compute.call_in_new_child, fn, *args)


def run_in_thread(function: Callable[..., R], *args: Any) -> Future[R]:
    """Call a function in a thread that does not keep Python from ending, as those of a ThreadPoolExecutor do."""
    future: Future[R] = Future()

    def call() -> None:
        try:
            future.set_result(function(*args))
        except BaseException as error:
            future.set_exception(error)

    future.set_running_or_notify_cancel()
    threading.Thread(target=call, daemon=True).start()
    return future


def _connect(address: str) -> Any:
    """A client of the cluster. Raises ConfigError."""
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise ConfigError(
            "A Dask cluster needs the package `distributed`: pip install -r requirements-dask.txt"
        ) from None
    options = {"timeout": _ANSWER_SECONDS, "set_as_default": False}
    # In a thread, since a server that takes the connection and says nothing would be waited for without end.
    future = run_in_thread(lambda: distributed.Client(address, **options))
    try:
        return future.result(_ANSWER_SECONDS + 1)
    except Exception:
        # Whatever answers there decides what is raised, since it need not be a Dask scheduler.
        future.add_done_callback(_close_late)
        raise ConfigError(
            f"No Dask scheduler answers at {address!r}. Its address looks like tcp://192.168.0.10:8786."
        ) from None


def _close_late(future: Future[Any]) -> None:
    if future.exception() is None:
        future.result().close()


def count_workers(client: Any, address: str, folder: Path) -> int:
    """How many worker processes the cluster has, all of them able to work. Raises ConfigError."""
    try:
        # The scheduler reads what passes through it, so it too must find this project.
        run_in_thread(client.run_on_scheduler, sees_folder, str(folder)).result(_IMPORT_SECONDS)
        seen = run_in_thread(client.run, sees_folder, str(folder)).result(_IMPORT_SECONDS)
    except Exception as error:
        raise ConfigError(
            f"The Dask cluster at {address} cannot run this project: {str(error) or type(error).__name__}. "
            "Start its scheduler and its workers in this project's folder by `python -m dask`, with the same packages."
        ) from None
    if not seen:
        raise ConfigError(f"The Dask cluster at {address} has no workers.")
    for worker, found in seen.items():
        if not found:
            raise ConfigError(
                f"The worker {worker} cannot write to {folder}, where the runs are kept; it must be on a shared disk."
            )
    return len(seen)


def sees_folder(folder: str) -> bool:
    """Whether this process can write to the folder."""
    return os.access(folder, os.W_OK)
