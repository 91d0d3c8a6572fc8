"""Workers that are lost, busy or told to end while they train a sweep."""

import os
import signal
import sys
from concurrent.futures import BrokenExecutor, CancelledError
from pathlib import Path
from threading import Thread

import pytest

from core.errors import ComputeError, RunBusy, RunError
from core.execution.compute_client import ComputeClient
from core.execution.executors import ComputeExecutor
from core.execution.train_run import train_run
from core.runs.control_file import FileControl, send
from core.runs.record import APP_ENDED, RunState, read_state, write_state
from core.sweep import workers
from core.sweep.runner import run_sweep
from core.sweep.search_space import SearchSpace
from core.training.events import EpochEnd
from tests.made import make_config, wait_until
from tests.sweeps import Direct, add_trial, finish, first_steps, make_space, statuses


def failing_at_first(error):
    """A worker whose first try fails, after steps where it is lost, and the list of its tries."""
    tries = []

    def train(path, root):
        tries.append(path)
        if len(tries) > 1:
            return finish(path, root)
        if isinstance(error, ComputeError):
            write_state(path, RunState("running", step=7))
        raise error

    return train, tries


def test_a_lost_worker_is_made_good(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    train, tries = failing_at_first(ComputeError("The compute process broke off."))
    assert statuses(run_sweep(sweep, sweeps, tmp_path, Direct(train))) == ["finished", "finished"]
    assert tries[0] == tries[1] != tries[2]


def test_a_trial_that_another_process_trains_has_its_turn_again(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    train, tries = failing_at_first(RunBusy("It is being worked on by another process."))
    assert statuses(run_sweep(sweep, sweeps, tmp_path, Direct(train))) == ["finished", "finished"]
    assert tries[0] == tries[2] != tries[1]


def test_a_trial_that_kills_every_worker_fails_and_the_others_stand(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    tries = []

    def die_on_first(path, root):
        tries.append(path)
        if path == tries[0]:
            write_state(path, RunState("running", step=7, epoch=2, total_steps=40))
            raise ComputeError("It broke off.")
        return finish(path, root)

    first, second = run_sweep(sweep, sweeps, tmp_path, Direct(die_on_first))
    assert first.status == "failed"
    assert str(first.reason) == "Its process was lost 3 times, the last time so: It broke off."
    assert first.record.state == RunState("failed", first.reason, 7, 2, 40)
    assert second.status == "finished"
    assert len(tries) == 4


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BrokenExecutor("the pool is broken"), "the pool is broken"),
        (BrokenExecutor(), "BrokenExecutor"),
        (CancelledError(), "the call was cancelled"),
    ],
)
def test_without_workers_the_sweep_ends_with_a_word_and_can_be_resumed(sweeps, tmp_path, error, reason):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))

    def break_off(*_):
        raise error

    with pytest.raises(RunError, match=f"The workers cannot go on: {reason}."):
        run_sweep(sweep, sweeps, tmp_path, Direct(break_off))
    assert statuses(sweeps.trials(sweep)) == ["interrupted", "waiting"]
    assert statuses(run_sweep(sweep, sweeps, tmp_path, Direct(finish))) == ["finished", "finished"]


def test_an_executor_that_was_shut_down_is_said(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))

    class Shut(Direct):
        def submit(self, *_, **__):
            raise RuntimeError("cannot schedule new futures after shutdown")

    with pytest.raises(RunError, match="take no more work: cannot schedule new futures"):
        run_sweep(sweep, sweeps, tmp_path, Shut())


def test_workers_that_are_told_to_end_end_the_sweep(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))

    def interrupted(path, _):
        write_state(path, RunState("interrupted", APP_ENDED))

    with pytest.raises(RunError, match="told to end"):
        run_sweep(sweep, sweeps, tmp_path, Direct(interrupted))
    assert statuses(sweeps.trials(sweep)) == ["interrupted", "waiting"]


@pytest.mark.parametrize("arch", ["softmax", "mlp"], ids=["alone", "together"])
def test_a_worker_that_is_told_to_end_saves_what_it_trains_first(sweeps, tmp_path, monkeypatch, arch):
    class ToldSoon(FileControl):
        """Tells this process to end at the second look."""

        looks = 0

        def poll(self):
            self.looks += 1
            if self.looks == 2:
                signal.raise_signal(signal.SIGTERM)
            return super().poll()

    monkeypatch.setattr(workers, "FileControl", ToldSoon)
    before = signal.getsignal(signal.SIGTERM)
    optimizer = "adam" if arch == "softmax" else "sgd"
    space = SearchSpace(make_config(arch=arch, optimizer=optimizer, epochs=1), {"lr": (0.1, 0.2)})
    sweep = sweeps.create(space)
    with pytest.raises(RunError, match="told to end"):
        run_sweep(sweep, sweeps, tmp_path, Direct())
    first, second = sweeps.trials(sweep)
    assert first.status == "interrupted"
    assert first.record.checkpoint_file.is_file()
    assert second.status == ("interrupted" if arch == "mlp" else "waiting")
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(sys.platform != "linux", reason="finds the host's child in /proc")
def test_a_killed_child_of_the_computing_host_costs_its_trial_nothing(sweeps, store, tmp_path):
    space = make_space(lr=(0.001,))
    sweep = sweeps.create(SearchSpace(space.base.replace(epochs=3), space.grid))
    begun = add_trial(store, sweep, 0)
    half_way = stop_after_first_epoch(begun, tmp_path)
    host = ComputeClient()
    killed = []

    class KillingFirst(ComputeExecutor):
        """Lets its first child pause before its first step, and kills it then."""

        def submit(self, fn, /, *args, **_):
            if not killed:
                send(args[0], "pause")
                killed.append(Thread(target=kill))
                killed[0].start()
            return super().submit(fn, *args)

    def kill():
        wait_until(lambda: read_state(begun.path).status == "paused")
        [child] = children_of(host._link._process.pid)
        os.kill(child, signal.SIGKILL)

    try:
        [trial] = run_sweep(sweep, sweeps, tmp_path, KillingFirst(host))
    finally:
        host.close()
    killed[0].join()
    assert trial.status == "finished"
    assert first_steps(trial.record) == [0, half_way, half_way]
    alone = store.create(trial.config)
    train_run(alone, tmp_path)
    assert alone.weights_file.read_bytes() == trial.record.weights_file.read_bytes()


def stop_after_first_epoch(record, root):
    """Train a run for one epoch; returns the steps done."""
    listener = FileControl(record.path)

    def watch(event):
        listener.interrupted = listener.interrupted or isinstance(event, EpochEnd)

    return train_run(record, root, listener, [watch]).step


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
