"""Made sweeps: trials that look trained, and executors that do as a test tells them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future
from pathlib import Path
from typing import Any

from core.execution.executors import run_in_thread
from core.runs.record import FAILED, FINISHED, RunRecord, RunState, write_state
from core.runs.result import RunResult, write_result
from core.runs.store import RunStore
from core.sweep.records import Sweep, SweepStore, Trial, trial_tags
from core.sweep.search_space import SearchSpace
from core.texts.message import message
from tests.made import make_config, make_confusion


def make_space(seeds: int = 1, **grid: Sequence[Any]) -> SearchSpace:
    """A grid over softmax regression on the embedded digits, one epoch each."""
    return SearchSpace(make_config(epochs=1), {name: tuple(values) for name, values in grid.items()}, seeds)


def make_result(accuracy: float, seconds: float = 2.0) -> RunResult:
    """A result with this validation accuracy."""
    test = accuracy - 0.01
    return RunResult(1, 1, accuracy, 1 - accuracy, test, 0.5, 10_000, 7850, seconds, "cpu", make_confusion(test))


def add_trial(
    runs: RunStore, sweep: Sweep, number: int, accuracy: float | None = None, reason: str = "", seconds: float = 2.0
) -> RunRecord:
    """A run of the sweep: finished with an accuracy, failed with a reason, else cut short."""
    record = runs.create(sweep.space.runs()[number], tags=trial_tags(sweep, number))
    if accuracy is not None:
        write_result(record.path, make_result(accuracy, seconds))
        write_state(record.path, RunState(FINISHED, step=41, epoch=1, total_steps=41))
    elif reason:
        write_state(record.path, RunState(FAILED, message("{reason}", reason=reason)))
    return runs.get(record.id)


def make_trials(store: SweepStore, space: SearchSpace, accuracies: Sequence[float | None]) -> Sweep:
    """A sweep whose networks have these accuracies; those with None have no run."""
    sweep = store.create(space)
    for number, accuracy in enumerate(accuracies):
        if accuracy is not None:
            add_trial(store.runs, sweep, number, accuracy)
    return sweep


class Direct(Executor):
    """Runs a call at once, in the caller's thread; `function` replaces what was submitted."""

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self._function = function

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        self.calls.append(args)
        future: Future[Any] = Future()
        try:
            future.set_result((self._function or fn)(*args))
        except CancelledError:
            future.cancel()
            future.set_running_or_notify_cancel()
        except Exception as error:
            future.set_exception(error)
        return future


class InThreads(Executor):
    """Runs `function` for each call in a thread of its own."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def submit(self, _fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        return run_in_thread(self._function, *args)


def finish(path: Path, _: Path) -> None:
    """A worker that trains nothing."""
    write_state(path, RunState(FINISHED))


def statuses(trials: Sequence[Trial]) -> list[str]:
    """Of each trial, in order."""
    return [trial.status for trial in trials]


def first_steps(record: RunRecord) -> list[int]:
    """Where each stretch of the run's training began."""
    return [event.step for event in record.log.read()[0] if event.kind == "started"]
