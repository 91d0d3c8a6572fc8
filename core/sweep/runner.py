"""Works through a sweep: every cell without a result is trained by an executor, by a bounded number of calls at once.

A call trains one cell, or several that are trained together (`core.sweep.groups`); each is a run of its own.

Nothing about the sweep's progress is kept here. A cell's result is its run's own record, so a sweep that was cut
short in any way goes on from what lies on the disk: finished cells stay, a begun one resumes from its checkpoint.
"""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from filelock import BaseFileLock

from core.errors import LabError, RunBusy, RunError, RunNotFound
from core.execution.exit_reason import overdue_reason
from core.owners.visitor import Visitor
from core.runs.control_file import FileControl, reset, send
from core.runs.record import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    NAME_LENGTH,
    QUEUED,
    STOPPED,
    RunRecord,
    RunState,
    read_run,
    read_state,
    write_state,
)
from core.storage.locks import hold_in_queue
from core.sweep.groups import choose_group
from core.sweep.records import Sweep, SweepStore, Trial, save_error, trial_tags
from core.sweep.workers import train_trial, train_trials
from core.texts.message import message

_POLL_SECONDS = 0.2
# Times that a trial is begun before it fails, each time because its worker died.
_TRIES = 3

Watcher = Callable[[Trial], object]


def begin_control(sweep: Sweep) -> FileControl:
    """Where commands to the sweep are read from now on; earlier ones are removed. Raises OSError."""
    reset(sweep.path)
    return FileControl(sweep.path)


def run_sweep(
    sweep: Sweep,
    store: SweepStore,
    data_root: Path,
    executor: Executor,
    slots: int = 1,
    control: FileControl | None = None,
    watch: Watcher = lambda _: None,
    retry_failed: bool = False,
    trial_seconds: float | None = None,
) -> list[Trial]:
    """Train every cell that has no result, by at most `slots` calls at once; returns all cells as they then stand.

    control: where the command to stop is read, if it was made already; see `begin_control`.
    watch: called with a trial when it starts and when it has ended.
    retry_failed: failed cells are tried again too, from their last checkpoint.
    trial_seconds: after which a trial is stopped, which a resumed sweep goes on with; None for no limit. Trials
        that are trained together have as much time as all of them would have one after the other.
    A trial whose worker was lost is tried again. Raises RunBusy when another process runs this sweep, and
    RunError when no more can be written or computed; what was done until then stands.
    """
    lock = hold_in_queue(sweep.path)
    try:
        control = control or begin_control(sweep)
        settled = (FINISHED,) if retry_failed else (FINISHED, FAILED)
        waiting = [trial for trial in store.trials(sweep) if trial.status not in settled]
        _Runner(sweep, store, data_root, executor, slots, control, watch, trial_seconds).run(waiting)
        return store.trials(sweep)
    finally:
        lock.release()


class _Started(NamedTuple):
    """A trial that the executor has, held by its run's lock. end: the time at which it is stopped."""

    trial: Trial
    path: Path
    lock: BaseFileLock
    end: float


class _Runner:
    def __init__(
        self,
        sweep: Sweep,
        store: SweepStore,
        data_root: Path,
        executor: Executor,
        slots: int,
        control: FileControl,
        watch: Watcher,
        trial_seconds: float | None,
    ) -> None:
        self._sweep = sweep
        # The cells belong to whom the sweep belongs to.
        self._runs = store.runs.seen_by(Visitor(sweep.owner))
        self._data_root = data_root
        self._executor = executor
        self._slots = slots
        self._control = control
        self._watch = watch
        self._trial_seconds = math.inf if trial_seconds is None else trial_seconds
        # Trials that were told to stop since their time is over.
        self._overdue: set[Path] = set()
        self._waiting: deque[Trial] = deque()
        self._most_together = 1
        # Trials by the call that trains them.
        self._running: dict[Future[Any], list[_Started]] = {}
        self._losses: Counter[int] = Counter()
        self._is_stopping = False
        self._error: LabError | None = None

    def run(self, trials: list[Trial]) -> None:
        self._waiting.extend(trials)
        # No slot is to be without work because cells were put together.
        self._most_together = math.ceil(len(trials) / self._slots)
        while self._running or (self._waiting and not self._is_stopping):
            if self._control.poll().action != "run":
                self._stop()
            self._fill()
            self._stop_overdue()
            for future in wait(self._running, _POLL_SECONDS, FIRST_COMPLETED).done:
                self._settle(future, self._running.pop(future))
        if self._error:
            raise self._error

    def _fill(self) -> None:
        """Give the executor as many trials as it can work on."""
        while self._waiting and len(self._running) < self._slots and not self._is_stopping:
            group = choose_group(self._waiting, self._most_together, self._losses)
            for trial in group:
                self._waiting.remove(trial)
            try:
                if not self._start(group):
                    return
            except RunError as error:
                self._give_up(error)
            except OSError as error:
                self._give_up(save_error(self._runs.root, error))
            except RuntimeError as error:
                self._give_up(RunError("The workers take no more work: {reason}.", reason=error))

    def _start(self, group: Sequence[Trial]) -> bool:
        """Hand trials to the executor as one call; returns whether all of them could be begun."""
        started: list[_Started] = []
        is_whole = True
        try:
            for trial in group:
                try:
                    started += self._begin(trial, self._trial_seconds * len(group))
                except RunBusy:
                    # The run was resumed by hand on another page. It is tried again later, when it may have a result.
                    self._waiting.append(trial)
                    is_whole = False
            if started:
                self._running[self._submit([one.path for one in started])] = started
        except BaseException:
            for one in started:
                one.lock.release()
            raise
        for one in started:
            self._watch(one.trial)
        return is_whole

    def _begin(self, trial: Trial, seconds: float) -> list[_Started]:
        """Take hold of a trial's run, to be stopped after so many seconds; empty when it has a result already."""
        record = self._find_or_create(trial)
        if record.state.status == FINISHED:
            return []
        lock = hold_in_queue(record.path)
        try:
            reset(record.path)
            state = record.state.become(QUEUED)
            write_state(record.path, state)
        except BaseException:
            lock.release()
            raise
        self._overdue.discard(record.path)
        trial = replace(trial, record=replace(record, state=state))
        return [_Started(trial, record.path, lock, time.monotonic() + seconds)]

    def _submit(self, paths: list[Path]) -> Future[Any]:
        if len(paths) == 1:
            return self._executor.submit(train_trial, paths[0], self._data_root)
        return self._executor.submit(train_trials, paths, self._data_root)

    def _find_or_create(self, trial: Trial) -> RunRecord:
        with suppress(RunNotFound):
            if trial.record:
                return self._runs.get(trial.record.id)
        name = self._sweep.space.run_name(trial.number)[:NAME_LENGTH]
        return self._runs.create(trial.config, name, trial_tags(self._sweep, trial.number))

    def _settle(self, future: Future[Any], group: Sequence[_Started]) -> None:
        """Find out how the trials of a call ended, after the executor has answered."""
        try:
            error = future.exception()
        except CancelledError:
            error = BrokenExecutor("the call was cancelled")
        errors = future.result() if len(group) > 1 and error is None else {}
        for started in group:
            self._settle_one(started, error or errors.get(started.path))

    def _settle_one(self, started: _Started, error: BaseException | None) -> None:
        """Read from its run's folder how a trial ended."""
        # The lock is still held, so that a state left behind by a lost worker reads as it was written.
        state = read_state(started.path)
        try:
            if state.status not in (FINISHED, FAILED, STOPPED):
                self._take_back(started, state, error)
            elif state.status == STOPPED and started.path in self._overdue:
                write_state(started.path, state.become(STOPPED, overdue_reason(self._trial_seconds)))
        except OSError as problem:
            self._give_up(save_error(self._runs.root, problem))
        finally:
            started.lock.release()
        with suppress(RunError):
            self._watch(replace(started.trial, record=read_run(started.path)))

    def _take_back(self, started: _Started, state: RunState, error: BaseException | None) -> None:
        """Handle a trial that came back without a result."""
        if isinstance(error, BrokenExecutor):
            self._give_up(RunError("The workers cannot go on: {reason}.", reason=str(error) or type(error).__name__))
        elif state.status == INTERRUPTED:
            # A worker is told to end only when all of them are.
            self._give_up(RunError("The process that trains was told to end."))
        elif isinstance(error, RunBusy):
            self._waiting.append(started.trial)
        elif not self._is_stopping:
            self._try_again(started, state, error)

    def _try_again(self, started: _Started, state: RunState, error: BaseException | None) -> None:
        number = started.trial.number
        self._losses[number] += 1
        if self._losses[number] < _TRIES:
            self._waiting.appendleft(started.trial)
        else:
            reason = message("Its process was lost {count} times, the last time so: {error}", count=_TRIES, error=error)
            write_state(started.path, state.become(FAILED, reason))

    def _stop_overdue(self) -> None:
        for started in chain.from_iterable(self._running.values()):
            if time.monotonic() >= started.end and started.path not in self._overdue:
                # Where it cannot be told now, it is tried again at the next look.
                with suppress(OSError, RunError):
                    send(started.path, "stop")
                    self._overdue.add(started.path)

    def _give_up(self, error: LabError) -> None:
        self._error = self._error or error
        self._stop()

    def _stop(self) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            for started in chain.from_iterable(self._running.values()):
                with suppress(OSError, RunError):
                    send(started.path, "stop")
