"""Training that is stopped, interrupted or killed, and goes on."""

import os
import shutil

import pytest

from core.errors import RunBusy
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.runs import control_file as control
from core.runs.control_file import FileControl
from core.runs.record import APP_ENDED, FAILED, FINISHED, INTERRUPTED, STOPPED, RunState, read_run, write_state
from core.storage.arrays import load_arrays
from core.storage.locks import hold_as_worker
from core.texts.message import NO_MESSAGE
from core.training.checkpoint import load_checkpoint, save_checkpoint
from core.training.events import EpochEnd, LrChanged, RunStopped, StepEnd
from tests.core.execution.training.stretch import (
    Killed,
    after_step,
    assert_same,
    comparable,
    kill,
    killed_after,
    stop_after,
    train,
)


def test_a_stopped_run_is_measured_and_can_be_resumed(record):
    state = train(record, stop_after(record, 12))
    stopped = read_run(record.path)
    assert state == stopped.state == RunState(STOPPED, NO_MESSAGE, 12, 1, 18)
    assert isinstance(stopped.log.read()[0][-1], RunStopped)
    assert stopped.can_resume
    assert (stopped.result.epochs, stopped.result.kept_epoch) == (1, 1)
    assert train(record).status == FINISHED
    assert read_run(record.path).result.epochs == 2


def test_a_run_stopped_in_its_first_epoch_keeps_the_weights_it_has(record):
    assert train(record, stop_after(record, 4)).status == STOPPED
    stopped = read_run(record.path)
    assert (stopped.result.epochs, stopped.result.kept_epoch, stopped.result.val_accuracy) == (0, None, None)
    assert load_arrays(stopped.weights_file)[1] == {"step": "4"}


def test_a_run_stopped_before_its_first_step_has_nothing_to_show(record):
    control.send(record.path, "stop")
    # As it is while the run waits in a queue, whose commands count.
    write_state(record.path, RunState("queued"))
    with hold_as_worker(record.path):
        waiting = read_run(record.path)
    assert train_run(waiting, record.path).status == STOPPED
    assert not read_run(record.path).can_predict
    assert read_run(record.path).result is None


def test_a_command_of_an_earlier_stretch_is_void(record):
    train(record, stop_after(record, 4))
    assert control.read_command(record.path).action == "stop"
    assert train(record).status == FINISHED


def test_an_interrupted_run_waits_to_be_resumed(record):
    listener = FileControl(record.path)

    def interrupt():
        listener.interrupted = True

    train_run(record, record.path, listener, [after_step(12, interrupt)])
    cut = read_run(record.path)
    assert cut.state == RunState(INTERRUPTED, APP_ENDED, 12, 1, 18)
    assert cut.result is None
    assert cut.can_resume
    assert cut.can_predict


def test_a_resumed_run_ends_with_the_same_bits(store, record):
    whole = store.create(record.config)
    train(whole)
    for step in (4, 9, 13):
        train(record, stop_after(record, step))
    train(record)
    assert_same(load_arrays(record.weights_file)[0], load_arrays(whole.weights_file)[0])
    assert_same(load_checkpoint(record.checkpoint_file).training, load_checkpoint(whole.checkpoint_file).training)
    assert comparable(record) == comparable(whole)
    assert read_run(record.path).result.confusion == read_run(whole.path).result.confusion


@pytest.mark.parametrize(("saved", "killed"), [(0, 1), (0, 12), (4, 9), (9, 14), (14, 14)])
def test_a_killed_run_resumes_to_the_same_bits(store, record, monkeypatch, saved, killed):
    whole = store.create(record.config)
    train(whole)
    with pytest.raises(Killed):
        train(record, killed_after(monkeypatch, saved, killed))
    # What a writer leaves that dies within a line.
    with record.log.file.open("a") as file:
        file.write('{"event": "steps", "st')
    assert read_run(record.path).state.status == INTERRUPTED
    assert train(record).status == FINISHED
    assert_same(load_arrays(record.weights_file)[0], load_arrays(whole.weights_file)[0])
    assert comparable(record) == comparable(whole)


def test_a_learning_rate_changed_by_hand_survives_a_kill(record, monkeypatch):
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 1e9)

    def watch(event):
        if isinstance(event, StepEnd) and event.step == 3:
            control.send(record.path, lr=0.05)
        if isinstance(event, StepEnd) and event.step == 6:
            kill()

    with pytest.raises(Killed):
        train(record, watch)
    train(record)
    history = read_run(record.path).history()
    assert history.lr_changes == [LrChanged(3, 0.05)]
    assert history.last.lr == 0.05


def test_starting_over_starts_the_history_over(record, monkeypatch):
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 1e9)
    with pytest.raises(Killed):
        train(record, after_step(5, kill))
    assert not record.checkpoint_file.exists()
    train(record)
    assert read_run(record.path).history().step == 18


def test_only_one_trains_a_run(record, monkeypatch):
    monkeypatch.setattr(worker, "hold_as_worker", lambda path: hold_as_worker(path, seconds=0))
    with hold_as_worker(record.path), pytest.raises(RunBusy):
        worker.train_run(record, record.path)


def test_a_run_whose_kept_weights_are_gone_does_not_go_on(record):
    train(record, stop_after(record, 12))
    record.weights_file.unlink()
    state = train(record)
    assert state.status == FAILED
    assert str(state.reason) == (
        "The weights of epoch 1, which were kept, are gone: weights.safetensors is missing. Begin this run again."
    )
    assert read_run(record.path).state == state


def test_a_run_whose_weights_vanish_while_it_is_trained_has_not_finished(record):
    def remove(event):
        if isinstance(event, EpochEnd) and event.epoch == 2:
            record.weights_file.unlink()

    state = train(record, remove)
    assert (state.status, "are gone" in str(state.reason)) == (FAILED, True)


@pytest.mark.parametrize("step", [4, 9, 18])
def test_a_store_that_is_deleted_during_training_does_not_come_back(store, record, step):
    state = train(record, after_step(step, lambda: shutil.rmtree(store.root)))
    assert state.status == FAILED
    assert "No such file or directory" in str(state.reason)
    assert not store.root.exists()
    assert (store.all(), store.damaged()) == ([], {})


def test_a_checkpoint_from_beyond_the_run_is_refused(record):
    train(record, stop_after(record, 12))
    checkpoint = load_checkpoint(record.checkpoint_file)
    checkpoint.progress.epoch = 10**9
    save_checkpoint(record.checkpoint_file, checkpoint)
    state = train(record)
    assert state.status == FAILED
    assert "after 1,000,000,000; this run has 2 epochs of 9 steps" in str(state.reason)


def test_temporary_files_of_a_killed_stretch_are_removed_when_it_goes_on(record):
    left = record.path / ".weights.safetensors.x1.tmp"
    left.touch()
    os.utime(left, (0, 0))
    assert train(record).status == FINISHED
    assert not left.exists()
