"""How long a cell of a sweep may train."""

import itertools
import threading
from concurrent.futures import Executor, Future
from types import SimpleNamespace

import pytest

from core.errors import LabError
from core.execution.threads import run_in_thread
from core.runs.control_file import read_command
from core.runs.record import FINISHED, STOPPED, RunState, read_state, write_state
from core.sweep import runner
from core.sweep.runner import run_sweep
from core.sweep.search_space import SearchSpace
from tests.made import make_config, wait_until
from tests.sweeps import make_space


class Children(Executor):
    """Does each call in a thread of its own."""

    def __init__(self, train):
        self._train = train

    def submit(self, _, /, path, root) -> Future:
        return run_in_thread(self._train, path, root)


def train_until_told(path, _):
    """As a worker does that would train for ever."""
    wait_until(lambda: read_command(path).action == "stop")
    state = read_state(path).become(STOPPED)
    write_state(path, state)
    return state


def finish(path, _):
    write_state(path, RunState(FINISHED))
    return RunState(FINISHED)


def test_a_cell_that_takes_too_long_is_stopped_and_the_next_has_its_turn(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    slow = threading.Event()

    def train(path, root):
        if slow.is_set():
            return finish(path, root)
        slow.set()
        return train_until_told(path, root)

    first, second = run_sweep(sweep, sweeps, tmp_path, Children(train), trial_seconds=0.01)
    assert (first.status, second.status) == (STOPPED, FINISHED)
    assert "stopped after 0.000166667 minutes, as long as a run may take here" in str(first.reason)
    assert not second.reason
    # It can be resumed.
    assert [trial.status for trial in run_sweep(sweep, sweeps, tmp_path, Children(finish))] == [FINISHED, FINISHED]


def test_cells_that_are_trained_together_have_the_time_of_all_of_them(sweeps, tmp_path, monkeypatch):
    # Each look at the clock takes a second.
    clock, told = itertools.count(), []

    def train(paths, root):
        for path in paths:
            train_until_told(path, root)
        return {}

    def send(folder, action):
        told.append(next(clock))
        real(folder, action)

    real = runner.send
    monkeypatch.setattr(runner, "send", send)
    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(runner, "_POLL_SECONDS", 0.001)
    space = SearchSpace(make_config(arch="mlp", optimizer="sgd"), {"lr": (0.1, 0.2)})
    trials = run_sweep(sweeps.create(space), sweeps, tmp_path, Children(train), trial_seconds=10)
    assert [trial.status for trial in trials] == [STOPPED, STOPPED]
    assert told[0] > 20


def test_where_a_cell_cannot_be_told_to_stop_it_is_tried_again(sweeps, tmp_path, monkeypatch):
    sends = []

    def send(folder, action):
        sends.append(action)
        if len(sends) == 1:
            raise OSError(28, "No space left on device")
        real(folder, action)

    real = runner.send
    monkeypatch.setattr(runner, "send", send)
    [trial] = run_sweep(
        sweeps.create(make_space(lr=(0.1,))), sweeps, tmp_path, Children(train_until_told), trial_seconds=0.01
    )
    assert trial.status == STOPPED
    assert sends == ["stop", "stop"]


def test_where_it_cannot_be_written_how_a_cell_ended_the_sweep_ends_with_the_reason(sweeps, tmp_path, monkeypatch):
    trained = []

    def write(path, state):
        if state.status == STOPPED:
            raise OSError(28, "No space left on device")
        write_state(path, state)

    def train(path, root):
        trained.append(path)
        return train_until_told(path, root)

    monkeypatch.setattr(runner, "write_state", write)
    with pytest.raises(LabError, match="No space left on device"):
        run_sweep(sweeps.create(make_space(lr=(0.1, 0.2))), sweeps, tmp_path, Children(train), trial_seconds=0.01)
    assert len(trained) == 1
