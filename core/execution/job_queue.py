"""Which run trains when: a bounded number of runs at once, the others queued, their owners taking turns."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import BaseFileLock

from core.config.run_config import RunConfig
from core.errors import ComputeError, LabError, RunBusy, RunError
from core.execution.compute_client import ComputeClient
from core.execution.exit_reason import exit_reason, overdue_reason
from core.execution.memory import used_bytes
from core.execution.waiting_line import Entry, QueueLimits, WaitingLine
from core.owners.visitor import Visitor
from core.runs import control_file
from core.runs.record import (
    ACTIVE,
    FAILED,
    INTERRUPTED,
    QUEUED,
    STARTING,
    STATUS_WORDS,
    STOPPED,
    RunRecord,
    RunState,
    read_state,
    remove_outcome,
    write_state,
)
from core.runs.store import RunStore
from core.storage.locks import has_worker, hold_as_worker, hold_in_queue
from core.texts.message import Message, message
from core.training.control import Action

# Seconds until the queue tries again what it could not do: begin the next run without memory, or stop one.
_RETRY_SECONDS = 5.0


class JobQueue:
    """Starts and steers training. The app has one; every method may be called from any thread.

    It does what it is asked to, whoever asks: `core.hosting.jobs` lets visitors at what is theirs alone.
    """

    def __init__(self, store: RunStore, limits: QueueLimits | None = None) -> None:
        self.compute = ComputeClient(self._on_exit)
        self._store = store
        self._limits = limits or QueueLimits()
        self._lock = threading.RLock()
        self._waiting = WaitingLine()
        self._training: dict[str, Entry] = {}
        self._locks: dict[str, BaseFileLock] = {}
        self._timers: dict[str, threading.Timer] = {}
        self._retry: threading.Timer | None = None
        # Whether the waiting runs wait for memory.
        self.lacks_memory = False
        self._overdue: set[str] = set()

    def submit(
        self, config: RunConfig, data_root: Path, name: str = "", tags: dict[str, str] | None = None, owner: str = ""
    ) -> RunRecord:
        """Create a run and train it as soon as its turn comes. Raises RunError, and LimitReached for a full queue."""
        with self._lock:
            self._waiting.check_room(owner, self._training.values(), self._limits)
            record = self._store.seen_by(Visitor(owner)).create(config, name, tags)
            self._enqueue(record, record.state, data_root)
        return self._store.get(record.id)

    def resume(self, run_id: str, data_root: Path, lr: float | None = None) -> None:
        """Go on with a stopped, failed or interrupted run, from its checkpoint.

        lr: the base learning rate from now on; None keeps the one that the run has.
        Raises RunError, LimitReached for a full queue, and ConfigError for a learning rate not allowed.
        """
        record = self._resumable(run_id)

        def send_lr() -> None:
            if lr is not None:
                control_file.send(record.path, lr=lr)

        self._enqueue(record, record.state, data_root, send_lr)

    def restart(self, run_id: str, data_root: Path) -> None:
        """Begin a stopped, failed or interrupted run again from its configuration, and its start weights if it has any.

        What it has learned, its results and its history are removed. Raises RunError and LimitReached.
        """
        record = self._resumable(run_id)
        self._enqueue(record, RunState(QUEUED), data_root, lambda: remove_outcome(record.path))

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
            if self._waiting.remove(run_id):
                try:
                    _save_state(record, record.state.become(STOPPED))
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
            return self._waiting.position(run_id)

    @property
    def n_training(self) -> int:
        """Runs that are being trained here."""
        return len(self._training)

    @property
    def n_waiting(self) -> int:
        """Runs that wait here for their turn."""
        return len(self._waiting)

    def close(self) -> None:
        """End all training; runs that were active can be resumed later."""
        with self._lock:
            self._waiting.clear()
            # From here on a child that ends has not failed.
            self._training.clear()
            for timer in (*self._timers.values(), *([self._retry] if self._retry else [])):
                timer.cancel()
            self._timers.clear()
            self._retry = None
        self.compute.close()
        with self._lock:
            for run_id in [*self._locks]:
                self._release(run_id)

    def _resumable(self, run_id: str) -> RunRecord:
        record = self._store.get(run_id)
        if not record.can_resume:
            status = STATUS_WORDS[record.state.status]
            raise RunBusy("{name!r} is {status}, so it cannot be resumed.", name=record.name, status=status)
        return record

    def _enqueue(
        self, record: RunRecord, state: RunState, data_root: Path, prepare: Callable[[], object] = lambda: None
    ) -> None:
        """Put a run into the queue. `prepare` changes its folder while no process works there."""
        with self._lock:
            if record.id in self._locks:
                raise RunBusy("{name!r} is still being measured; try again in a moment.", name=record.name)
            self._waiting.check_room(record.owner, self._training.values(), self._limits)
            lock = hold_in_queue(record.path)
            try:
                with hold_as_worker(record.path, seconds=0.0), _writing(record):
                    # Commands to an earlier stretch of training are void.
                    control_file.reset(record.path)
                    prepare()
                _save_state(record, state.become(QUEUED))
            except BaseException:
                lock.release()
                raise
            self._locks[record.id] = lock
            self._waiting.add(Entry(record.id, record.owner, data_root))
            self._start_next()

    def _start_next(self) -> None:
        while self._waiting and len(self._training) < self._limits.slots:
            self.lacks_memory = self._limits.memory is not None and used_bytes() >= self._limits.memory
            if self.lacks_memory:
                self._start_later()
                return
            entry = self._waiting.take_next()
            self._training[entry.run_id] = entry
            try:
                record = self._store.get(entry.run_id)
                _save_state(record, record.state.become(STARTING))
                self.compute.train(entry.run_id, record.path, entry.data_root)
            except (ComputeError, RunError) as error:
                # Its submission is long over, and the runs behind it must have their turn.
                self._settle(entry.run_id, FAILED, error.message)
            else:
                self._watch_time(entry)

    def _start_later(self) -> None:
        def try_again() -> None:
            with self._lock:
                if self._retry is timer:
                    self._retry = None
                    self._start_next()

        if self._retry is None:
            self._retry = timer = threading.Timer(_RETRY_SECONDS, try_again)
            timer.daemon = True
            timer.start()

    def _watch_time(self, entry: Entry) -> None:
        # The operator is not limited.
        if self._limits.seconds is not None and entry.owner:
            self._stop_in(self._limits.seconds, entry.run_id)

    def _stop_in(self, seconds: float, run_id: str) -> None:
        def stop() -> None:
            with self._lock:
                # A stretch of training that has ended meanwhile has taken its timer away.
                if self._timers.get(run_id) is timer:
                    self._stop_overdue(run_id)

        self._timers[run_id] = timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()

    def _stop_overdue(self, run_id: str) -> None:
        try:
            self._send(self._store.get(run_id), "stop")
        except LabError:
            # The disk may have room again later.
            self._stop_in(_RETRY_SECONDS, run_id)
        else:
            self._overdue.add(run_id)

    def _on_exit(self, name: str, code: int | None) -> None:
        with self._lock:
            if name not in self._training:
                return
            if name in self._overdue:
                self._note_overdue(name)
            if code == 0:
                self._settle(name, INTERRUPTED, message("Another process worked on this run when its turn had come."))
            else:
                self._settle(name, FAILED, exit_reason(code))
            self._start_next()

    def _note_overdue(self, run_id: str) -> None:
        """Say of a run that it did not stop by itself."""
        self._overdue.discard(run_id)
        with contextlib.suppress(OSError):
            folder = self._store.root / run_id
            state = read_state(folder)
            if state.status == STOPPED and self._limits.seconds is not None:
                write_state(folder, state.become(STOPPED, overdue_reason(self._limits.seconds)))

    def _settle(self, run_id: str, status: str, reason: Message) -> None:
        """A run's process is gone. Where it left the run active, say how it ended instead."""
        self._training.pop(run_id, None)
        if timer := self._timers.pop(run_id, None):
            timer.cancel()
        with contextlib.suppress(OSError):
            folder = self._store.root / run_id
            state = read_state(folder)
            # Beside another process that trains the run, ours has had nothing to do.
            if state.status in ACTIVE and not has_worker(folder):
                write_state(folder, state.become(status, reason))
        self._release(run_id)

    def _release(self, run_id: str) -> None:
        lock = self._locks.pop(run_id, None)
        if lock is not None:
            lock.release()

    @staticmethod
    def _send(record: RunRecord, action: Action | None = None, lr: float | None = None) -> None:
        # A run that has ended in the meantime takes no commands.
        if record.is_active:
            with _writing(record):
                control_file.send(record.path, action, lr)


@contextlib.contextmanager
def _writing(record: RunRecord) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(
            "The run's folder {folder} cannot be written: {reason}.", folder=record.path, reason=error.strerror
        ) from None


def _save_state(record: RunRecord, state: RunState) -> None:
    with _writing(record):
        write_state(record.path, state)
