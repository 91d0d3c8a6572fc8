"""Who trains what, when: a bounded number of runs at once, the others queued in the order they came."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from filelock import BaseFileLock

from core.config.run_config import RunConfig
from core.errors import ComputeError, RunBusy, RunError
from core.execution.compute_client import ComputeClient
from core.execution.process_link import START_FAILED
from core.runs import control_file
from core.runs.record import ACTIVE, FAILED, QUEUED, STARTING, STOPPED, RunRecord, read_state, write_state
from core.runs.store import RunStore
from core.storage.locks import hold_in_queue
from core.training.control import Action


class JobQueue:
    """Starts and steers training. One for the whole app; every method may be called from any thread."""

    def __init__(self, store: RunStore, slots: int = 1) -> None:
        self.compute = ComputeClient(self._on_exit)
        self._store = store
        self._slots = slots
        self._lock = threading.RLock()
        self._queue: list[tuple[str, Path]] = []
        self._training: set[str] = set()
        self._locks: dict[str, BaseFileLock] = {}

    def submit(
        self, config: RunConfig, data_root: Path, name: str = "", tags: dict[str, str] | None = None
    ) -> RunRecord:
        """Create a run and train it as soon as a slot is free. Raises RunError."""
        record = self._store.create(config, name, tags)
        self._enqueue(record, data_root)
        return self._store.get(record.id)

    def resume(self, run_id: str, data_root: Path) -> None:
        """Take a stopped, failed or interrupted run up again, from its checkpoint. Raises RunError."""
        record = self._store.get(run_id)
        if not record.can_resume:
            raise RunBusy(f"{record.name!r} is {record.state.status}, so it cannot be resumed.")
        self._enqueue(record, data_root)

    def pause(self, run_id: str) -> None:
        """Let a run wait after its present step."""
        self._send(self._store.get(run_id), "pause")

    def proceed(self, run_id: str) -> None:
        """Let a paused run go on."""
        self._send(self._store.get(run_id), "run")

    def set_lr(self, run_id: str, lr: float) -> None:
        """Change a run's base learning rate from its next step on. Raises ConfigError."""
        self._send(self._store.get(run_id), lr=lr)

    def stop(self, run_id: str) -> None:
        """End a run after its present step, or take it out of the queue."""
        with self._lock:
            record = self._store.get(run_id)
            queued = [entry for entry in self._queue if entry[0] == run_id]
            if queued:
                self._queue.remove(queued[0])
                try:
                    _save_state(record, STOPPED)
                finally:
                    self._release(run_id)
            else:
                self._send(record, "stop")

    def delete(self, run_id: str) -> None:
        """Remove a run for good. Raises RunBusy while it is active."""
        self._store.delete(run_id)

    def position(self, run_id: str) -> int | None:
        """The run's place in the queue, from 1; None when it does not wait here."""
        with self._lock:
            ids = [queued_id for queued_id, _ in self._queue]
            return ids.index(run_id) + 1 if run_id in ids else None

    def close(self) -> None:
        """End all training; runs that were active can be resumed later."""
        with self._lock:
            self._queue.clear()
            # From here on the end of a child is no failure.
            self._training.clear()
        self.compute.close()
        with self._lock:
            for run_id in [*self._locks]:
                self._release(run_id)

    def _enqueue(self, record: RunRecord, data_root: Path) -> None:
        with self._lock:
            if record.id in self._locks:
                raise RunBusy(f"{record.name!r} is still being measured; try again in a moment.")
            lock = hold_in_queue(record.path)
            try:
                with _writing(record):
                    # What was wished of an earlier stretch is void.
                    control_file.reset(record.path)
                _save_state(record, QUEUED)
            except RunError:
                lock.release()
                raise
            self._locks[record.id] = lock
            self._queue.append((record.id, data_root))
            self._start_next()

    def _start_next(self) -> None:
        while self._queue and len(self._training) < self._slots:
            run_id, data_root = self._queue.pop(0)
            self._training.add(run_id)
            try:
                record = self._store.get(run_id)
                _save_state(record, STARTING)
                self.compute.train(run_id, record.path, data_root)
            except (ComputeError, RunError) as error:
                # Whoever queued it is long gone, and those behind it must have their turn.
                self._settle(run_id, str(error))

    def _on_exit(self, name: str, code: int | None) -> None:
        with self._lock:
            if name in self._training:
                self._settle(name, "" if code == 0 else _reason(code))
                self._start_next()

    def _settle(self, run_id: str, reason: str) -> None:
        """A run's process is gone; `reason` says why where it did not end as it should."""
        self._training.discard(run_id)
        with contextlib.suppress(OSError):
            path = self._store.root / run_id
            state = read_state(path)
            if reason and state.status in ACTIVE:
                write_state(path, replace(state, status=FAILED, reason=reason))
        self._release(run_id)

    def _release(self, run_id: str) -> None:
        lock = self._locks.pop(run_id, None)
        if lock is not None:
            lock.release()

    @staticmethod
    def _send(record: RunRecord, action: Action | None = None, lr: float | None = None) -> None:
        # A run that has ended in the meantime has nobody to hear it.
        if record.is_active:
            with _writing(record):
                control_file.send(record.path, action, lr)


@contextlib.contextmanager
def _writing(record: RunRecord) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(f"The run's folder {record.path} cannot be written: {error.strerror}.") from None


def _save_state(record: RunRecord, status: str) -> None:
    with _writing(record):
        write_state(record.path, replace(record.state, status=status, reason=""))


def _reason(code: int | None) -> str:
    if code is None:
        return "The computing process ended."
    if code == START_FAILED:
        return "The training process could not be started; the machine may be out of memory."
    if code == -signal.SIGKILL:
        return "The training process was killed; the machine may have run out of memory."
    if code < 0:
        return f"The training process ended by signal {-code} ({signal.strsignal(-code)})."
    return f"The training process ended with exit code {code}."
