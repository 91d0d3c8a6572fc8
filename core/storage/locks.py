"""Who works on a run: a lock that the operating system releases when its holder dies, however it dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import RunBusy, RunError

# The queue holds one lock while a run waits, the worker the other while it trains.
# So the run is held without a gap while the first hands over to the second.
_QUEUE, _WORKER = ".queue.lock", ".worker.lock"


@contextmanager
def hold_as_worker(path: Path, seconds: float = 5.0) -> Iterator[None]:
    """Have the right to train this run. Raises RunBusy when another process has it for `seconds`, and RunError."""
    lock = _hold(path / _WORKER, seconds)
    try:
        yield
    finally:
        lock.release()


def hold_in_queue(path: Path) -> FileLock:
    """Take the right to start this run later. Raises RunBusy when another process has it, and RunError."""
    return _hold(path / _QUEUE, 1.0)


def is_locked(path: Path) -> bool:
    """Whether any process works on this run or has it in its queue."""
    return any(_is_held(path / name) for name in (_QUEUE, _WORKER))


def _hold(file: Path, seconds: float) -> FileLock:
    if not file.parent.is_dir():
        raise RunError(f"The run's folder {file.parent} is gone.")
    # Taken in one thread of the app and given back in another.
    lock = FileLock(file, timeout=seconds, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise RunBusy(f"{file.parent.name} is being worked on by another process.") from None
    except OSError as error:
        raise RunError(f"The run's folder {file.parent} cannot be written: {error.strerror}.") from None
    return lock


def _is_held(file: Path) -> bool:
    if not file.is_file():
        return False
    try:
        with FileLock(file, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
