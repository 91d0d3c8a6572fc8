"""Where trials are computed: children of this machine's compute process, or the workers of a Dask cluster."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from core.config.limits import Limits
from core.errors import ConfigError
from core.execution.compute_client import ComputeClient
from core.execution.threads import run_in_thread
from core.settings import DASK_VARIABLE, dask_address

R = TypeVar("R")

PROCESSES = Limits(1, 32, whole=True)
# Seconds in which a scheduler must answer.
_ANSWER_SECONDS = 5.0
# Seconds in which workers must import this project, over a network perhaps.
_IMPORT_SECONDS = 30.0


@dataclass(frozen=True)
class Workers:
    """What computes: processes of this machine, or the operator's Dask cluster. Raises ConfigError.

    There is no address here, since pages make this: a visitor chooses whether the cluster computes, never which one.
    """

    processes: int = 1
    on_cluster: bool = False

    def __post_init__(self) -> None:
        if not PROCESSES.allows(self.processes):
            raise ConfigError(
                "The number of processes is {value!r}; it must be {limits}.",
                value=self.processes,
                limits=PROCESSES.describe(),
            )


@contextmanager
def open_executor(
    workers: Workers, compute: ComputeClient, folder: Path, dask: str = ""
) -> Iterator[tuple[Executor, int]]:
    """An executor, and how many calls it can work on at once. Raises ConfigError when the cluster cannot be used.

    folder: all workers must see it, since they write there.
    dask: the scheduler's address from the command line; the one in the environment where it is empty.
    """
    if not workers.on_cluster:
        yield ComputeExecutor(compute), workers.processes
        return
    address = dask or dask_address()
    if not address:
        raise ConfigError("There is no Dask cluster: {variable} is not set.", variable=DASK_VARIABLE)
    client = _connect(address)
    try:
        # One call a worker, however many threads it has: torch's settings are those of a whole process.
        yield client.get_executor(pure=False), count_workers(client, address, folder)
    finally:
        client.close()


class ComputeExecutor(Executor):
    """Runs functions of `core` in children of the compute process, each call in a child of its own.

    Not `ProcessPoolExecutor`: its workers would import torch each for themselves, a page's process must not fork,
    and one worker's death breaks the whole pool. Calls are not queued; the caller bounds how many there are.
    """

    def __init__(self, compute: ComputeClient) -> None:
        self._compute = compute

    def submit(self, fn: Callable[..., R], /, *args: Any, **_: Any) -> Future[R]:
        """Call a top-level function by position, without a time limit; see `ComputeClient.call_in_new_child`."""
        return run_in_thread(lambda: self._compute.call_in_new_child(fn, *args, timeout=None))


def _connect(address: str) -> Any:
    """A client of the cluster. Raises ConfigError."""
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise ConfigError(
            "A Dask cluster needs the package `distributed`: pip install -r requirements-dask.txt"
        ) from None
    options = {"timeout": _ANSWER_SECONDS, "set_as_default": False}
    # In a thread, since the client waits without end for a server that takes the connection and says nothing.
    future = run_in_thread(lambda: distributed.Client(address, **options))
    try:
        return future.result(_ANSWER_SECONDS + 1)
    except Exception:
        # What answers there need not be a Dask scheduler, and may have anything raised.
        future.add_done_callback(_close_late)
        raise ConfigError(
            "No Dask scheduler answers at {address!r}. Its address looks like {example}.",
            address=address,
            example="tcp://192.168.0.10:8786",
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
            "The Dask cluster at {address} cannot run this project: {problem}. "
            "Start its scheduler and its workers in this project's folder by `python -m dask`, with the same packages.",
            address=address,
            problem=str(error) or type(error).__name__,
        ) from None
    if not seen:
        raise ConfigError("The Dask cluster at {address} has no workers.", address=address)
    for worker, found in seen.items():
        if not found:
            raise ConfigError(
                "The worker {worker} cannot write to {folder}, where the runs are kept; it must be on a shared disk.",
                worker=worker,
                folder=folder,
            )
    return len(seen)


def sees_folder(folder: str) -> bool:
    """Whether this process can write to the folder."""
    return os.access(folder, os.W_OK)
