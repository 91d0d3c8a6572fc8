"""Runs that are trained together, each a run of its own."""

from functools import partial
from itertools import count

import numpy as np
import pytest

from core.execution import train_group as worker
from core.execution.train_group import can_train_as_group, train_group
from core.execution.train_run import TrainingSession, train_run
from core.learners.group import LearnerGroup
from core.runs import control_file
from core.runs.control_file import FileControl, send
from core.runs.record import FAILED, FINISHED, INTERRUPTED, PAUSED, STOPPED, read_run, read_state
from core.storage.arrays import load_arrays
from core.storage.locks import hold_as_worker
from core.training import clock as clock_module
from core.training.checkpoint import load_checkpoint
from core.training.clock import TrainingClock
from core.training.control import Command
from core.training.events import EpochEnd
from core.training.trainer import Trainer
from tests.made import make_config, set_clock

SHAPES = {(32, 32): 0.1, (16,): 0.05, (64, 48): 0.02}


def group_config(**changes):
    values = {"arch": "mlp", "optimizer": "sgd", "lr": 0.1, "epochs": 3, "options": {"hidden": (16,)}}
    return make_config(**{**values, **changes})


CONFIGS = [
    group_config(options={"hidden": hidden}, lr=lr) for hidden, lr in zip(SHAPES, (0.1, 0.05, 0.02), strict=True)
]


class At:
    """A control that gives a command from a step on; `train` is where the training stands."""

    def __init__(self, run, step, action):
        self._run, self._step, self._action = run, step, action
        self.polls = 0
        self.interrupted = False

    def poll(self):
        # One look a step.
        self.polls += 1
        return Command(self._action if self.polls > self._step else "run")


@pytest.fixture(autouse=True)
def _made_data(monkeypatch, toy):
    monkeypatch.setattr(worker, "load_dataset", lambda _name, _root: toy)


@pytest.fixture
def runs(store):
    return [store.create(config, tags={"sweep": "s", "cell": str(number)}) for number, config in enumerate(CONFIGS)]


def train(runs, root, controls=None):
    """Train them together, by these controls of some of them; returns their states."""
    known = {run.path: FileControl(run.path) for run in runs} | (controls or {})
    assert train_group(known, root) == {}
    return [read_state(run.path).status for run in runs]


def weights(run):
    return load_arrays(run.weights_file)[0]


def test_each_run_has_the_records_and_within_rounding_the_weights_of_a_run_alone(runs, store, tmp_path):
    assert train(runs, tmp_path) == [FINISHED] * 3
    for run in runs:
        alone = store.create(run.config)
        train_run(alone, tmp_path)
        ours, other = read_run(run.path), read_run(alone.path)
        for name, array in weights(other).items():
            np.testing.assert_allclose(weights(ours)[name], array, rtol=1e-3, atol=1e-5, err_msg=name)
        assert ours.result.val_accuracy == pytest.approx(other.result.val_accuracy, abs=0.01)
        assert ours.result.confusion is not None
        assert [epoch.epoch for epoch in ours.history().epochs] == [1, 2, 3]
        np.testing.assert_allclose(ours.history().step_losses, other.history().step_losses, rtol=1e-3)
        assert ours.checkpoint_file.is_file()


def test_a_stopped_group_goes_on_bit_for_bit_and_its_runs_wait_for_each_other(runs, store, tmp_path, monkeypatch):
    whole = [store.create(config, tags=run.tags) for config, run in zip(CONFIGS, runs, strict=True)]
    train(whole, tmp_path)
    # They do not even stop at the same step.
    stops = {run.path: At(run, step, "stop") for run, step in zip(runs, (11, 14, 22), strict=True)}
    assert train(runs, tmp_path, stops) == [STOPPED] * 3
    assert [read_state(run.path).step for run in runs] == [11, 14, 22]
    sizes = []
    step = LearnerGroup._step

    def note(group, dense, batch, together):
        sizes.append(len(together))
        step(group, dense, batch, together)

    monkeypatch.setattr(LearnerGroup, "_step", note)
    assert train([read_run(run.path) for run in runs], tmp_path) == [FINISHED] * 3
    assert sizes == [1] * 3 + [2] * 8 + [3] * 5
    for ours, other in zip(runs, whole, strict=True):
        assert ours.weights_file.read_bytes() == other.weights_file.read_bytes()


def test_one_that_diverges_or_is_stopped_leaves_the_others_as_they_are(runs, store, tmp_path):
    others = [store.create(config, tags=run.tags) for config, run in zip(CONFIGS, runs, strict=True)]
    train(others, tmp_path)
    wild = store.create(group_config(lr=100.0, epochs=3, options={"hidden": (24, 24, 24, 24)}))
    stopped = store.create(group_config(options={"hidden": (8,)}))
    controls = {stopped.path: At(stopped, 12, "stop")}
    assert train([runs[0], wild, runs[1], stopped, runs[2]], tmp_path, controls) == [
        FINISHED,
        FAILED,
        FINISHED,
        STOPPED,
        FINISHED,
    ]
    assert "became" in str(read_state(wild.path).reason)
    assert read_run(stopped.path).state.step == 12
    assert stopped.weights_file.is_file()
    for ours, other in zip(runs, others, strict=True):
        assert ours.weights_file.read_bytes() == other.weights_file.read_bytes()


def test_a_paused_run_holds_up_no_other_and_goes_on_later(runs, store, tmp_path, monkeypatch):
    monkeypatch.setattr(control_file, "_POLL_SECONDS", 0.0)
    alone = store.create(CONFIGS[0])
    train([alone], tmp_path)
    send(runs[0].path, "pause")
    seen = []

    def proceed(record, control, sinks):
        def watch(event):
            if isinstance(event, EpochEnd) and event.epoch == 2 and record.id == runs[1].id:
                seen.append(read_state(runs[0].path).status)
                send(runs[0].path, "run")

        return TrainingSession(record, control, [*sinks, watch])

    monkeypatch.setattr(worker, "TrainingSession", proceed)
    # A command to a run that waits in a queue counts.
    monkeypatch.setattr(worker, "make_ready", lambda _: None)
    assert train(runs, tmp_path) == [FINISHED] * 3
    assert seen == [PAUSED]
    assert runs[0].weights_file.read_bytes() == alone.weights_file.read_bytes()


def test_all_runs_paused_wait_for_a_word(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "make_ready", lambda _: None)
    waits = []

    def wait(_):
        waits.append([read_state(run.path).status for run in runs])
        for run in runs:
            send(run.path, "stop")

    for run in runs:
        send(run.path, "pause")
    monkeypatch.setattr(Trainer, "wait", wait)
    assert train(runs, tmp_path) == [STOPPED] * 3
    assert waits[0] == [PAUSED] * 3


def test_each_run_counts_its_part_of_the_time(runs, tmp_path, monkeypatch):
    # Each look at the clock is a second after the last.
    set_clock(monkeypatch, clock_module, perf_counter=count(0.0).__next__)
    parts = []
    lap = TrainingClock.lap

    def note(clock):
        parts.append(lap(clock))
        return parts[-1]

    monkeypatch.setattr(TrainingClock, "lap", note)
    train(runs, tmp_path)
    counted = [load_checkpoint(run.checkpoint_file).progress.seconds for run in runs]
    assert sum(counted) == pytest.approx(sum(parts) / 3)


def test_an_interruption_leaves_each_with_a_checkpoint_at_the_same_step(runs, tmp_path):
    controls = {run.path: At(run, 20, "interrupt") for run in runs}
    assert train(runs, tmp_path, controls) == [INTERRUPTED] * 3
    assert {read_state(run.path).step for run in runs} == {20}
    assert all(run.checkpoint_file.is_file() for run in runs)


def test_a_run_that_another_process_trains_is_left_out(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "hold_as_worker", partial(hold_as_worker, seconds=0.0))
    with hold_as_worker(runs[1].path):
        errors = train_group({run.path: FileControl(run.path) for run in runs}, tmp_path)
    assert [*errors] == [runs[1].path]
    assert [read_state(run.path).step > 0 for run in runs] == [True, False, True]


def test_a_defect_ends_its_own_run_alone_and_is_told(runs, tmp_path, monkeypatch):
    keep = TrainingSession._keep_weights

    def break_down(session, event, *others):
        if session._record.id == runs[1].id and isinstance(event, EpochEnd):
            raise ZeroDivisionError("a defect")
        keep(session, event, *others)

    monkeypatch.setattr(TrainingSession, "_keep_weights", break_down)
    with pytest.raises(ZeroDivisionError):
        train(runs, tmp_path)
    assert [read_state(run.path).status for run in runs] == [FINISHED, FAILED, FINISHED]


def test_what_is_no_chain_of_dense_layers_under_plain_descent_is_no_group(store):
    def can(*configs):
        return can_train_as_group([store.create(config) for config in configs])

    assert can(*CONFIGS)
    assert not can(CONFIGS[0], group_config(optimizer="adam"))
    assert not can(make_config(arch="cnn", optimizer="sgd"))


def test_a_run_that_is_paused_alone_makes_no_other_wait(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "make_ready", lambda _: None)

    def wait(_):
        assert [read_state(run.path).status for run in runs] == [PAUSED, FINISHED, FINISHED]
        send(runs[0].path, "stop")

    send(runs[0].path, "pause")
    monkeypatch.setattr(Trainer, "wait", wait)
    assert train(runs, tmp_path) == [STOPPED, FINISHED, FINISHED]
