"""Locks on a run's folder. The operating system releases a lock when the process that holds it ends in any way."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from core.errors import RunBusy, RunError

# The job queue holds the first lock from submission until the run has ended, the worker the second while it trains.
# So there is no moment at which a run that is handed over looks free.
_QUEUE_LOCK, _WORKER_LOCK = ".queue.lock", ".worker.lock"
# A process that writes a result holds the third, since a run can be measured while another process trains it.
_RESULT_LOCK = ".result.lock"
# Wait for another queue's lock, in seconds.
_QUEUE_SECONDS = 1.0
# Wait for another writer of a result, in seconds. The end of training holds the lock while it measures the run.
_RESULT_SECONDS = 60.0
# Pause between two attempts to take a lock, in seconds.
_RETRY_SECONDS = 0.02


@contextmanager
def hold_as_worker(folder: Path, seconds: float = 5.0) -> Iterator[None]:
    """Hold the right to change this run's results. Waits up to `seconds` for another holder.

    Raises RunBusy when another process or thread holds it for longer, and RunError when the folder cannot be written.
    """
    with hold_file(folder / _WORKER_LOCK, seconds):
        yield


def hold_in_queue(folder: Path) -> BaseFileLock:
    """Take the right to start this run; the caller releases the lock. Raises RunBusy and RunError as `hold_as_worker`.

    The lock may be released by another thread than the one that took it.
    """
    return _take(folder / _QUEUE_LOCK, _QUEUE_SECONDS)


@contextmanager
def hold_result(folder: Path) -> Iterator[None]:
    """Hold the right to write this run's predictions and result. Raises RunBusy and RunError as `hold_as_worker`."""
    with hold_file(folder / _RESULT_LOCK, _RESULT_SECONDS):
        yield


@contextmanager
def hold_alone(folder: Path) -> Iterator[None]:
    """Hold all rights to a run, without waiting for another holder. Raises RunBusy and RunError as `hold_as_worker`."""
    with hold_file(folder / _QUEUE_LOCK, 0.0), hold_file(folder / _WORKER_LOCK, 0.0):
        yield


@contextmanager
def hold_file(lock_file: Path, seconds: float) -> Iterator[None]:
    """Hold a lock file of a run's folder. Raises RunBusy and RunError as `hold_as_worker`."""
    lock = _take(lock_file, seconds)
    try:
        yield
    finally:
        lock.release()


def is_locked(folder: Path) -> bool:
    """Whether any process works on this run or has it in its queue."""
    return any(_is_held(folder / name) for name in (_QUEUE_LOCK, _WORKER_LOCK))


def has_worker(folder: Path) -> bool:
    """Whether any process holds the right to change this run's results."""
    return _is_held(folder / _WORKER_LOCK)


def _take(lock_file: Path, seconds: float) -> BaseFileLock:
    if not lock_file.parent.is_dir():
        raise RunError("The run's folder {folder} is gone.", folder=lock_file.parent)
    lock, end = FileLock(lock_file, thread_local=False), time.monotonic() + seconds
    while not _try_to_take(lock, lock_file):
        # A failed attempt may have met `_is_held`, which is over in microseconds and no reason to give up.
        if time.monotonic() >= end and _is_held(lock_file):
            raise RunBusy("{run} is being worked on by another process.", run=lock_file.parent.name)
        time.sleep(_RETRY_SECONDS)
    return lock


def _try_to_take(lock: BaseFileLock, lock_file: Path) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as error:
        raise RunError(
            "The run's folder {folder} cannot be written: {reason}.", folder=lock_file.parent, reason=error.strerror
        ) from None
    return True


def _is_held(lock_file: Path) -> bool:
    """Whether anybody holds the lock, found out without taking it.

    `FileLock` holds an exclusive flock. A shared one is refused beside it and granted beside other shared ones, so any
    number of threads and processes can ask at once. See flock(2).
    """
    try:
        # Without O_NONBLOCK, a pipe of that name would be waited for.
        descriptor = os.open(lock_file, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # There is one that may not be looked at. To take a run in training for interrupted would be the worse mistake.
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    else:
        return False
    finally:
        os.close(descriptor)
