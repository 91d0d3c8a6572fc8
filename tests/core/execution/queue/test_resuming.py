"""Runs that are resumed or begun again."""

import json

import numpy as np
import pytest

from core.errors import ConfigError, RunBusy
from core.runs.control_file import read_command
from core.runs.epoch_files import write_epoch
from core.runs.record import FAILED, FINISHED, INTERRUPTED, QUEUED, RUNNING, STARTING, STOPPED, RunState, write_state
from core.runs.result import write_result
from core.storage.arrays import save_arrays
from core.storage.locks import hold_as_worker, is_locked
from core.texts.message import NO_MESSAGE, message
from core.training.control import Command
from core.training.epoch_record import EpochRecord
from core.training.events import RunStarted
from tests.core.execution.queue.stand_in import asked, status
from tests.made import RESULT, make_config


@pytest.mark.parametrize("end", [STOPPED, FAILED, INTERRUPTED])
def test_a_run_cut_short_can_be_resumed(store, jobs, submit, tmp_path, end):
    record = submit()
    write_state(record.path, RunState(end, message("why"), 5, 1, 20))
    jobs.compute.on_exit(record.id, 0)
    jobs.resume(record.id, tmp_path)
    assert asked(jobs) == [record.id, record.id]
    assert store.get(record.id).state == RunState(STARTING, NO_MESSAGE, 5, 1, 20)


def test_a_run_is_resumed_with_another_learning_rate(store, jobs, submit, tmp_path):
    submit()
    record = submit()
    jobs.set_lr(record.id, 50.0)
    jobs.stop(record.id)
    jobs.resume(record.id, tmp_path, lr=0.5)
    assert read_command(record.path) == Command("run", 0.5)
    assert status(store, record) == QUEUED


@pytest.mark.parametrize("lr", [0, -1.0, 101])
def test_a_wrong_learning_rate_resumes_nothing(store, jobs, submit, tmp_path, lr):
    submit()
    record = submit()
    jobs.stop(record.id)
    with pytest.raises(ConfigError, match="it must be a number above 0, at most 100"):
        jobs.resume(record.id, tmp_path, lr=lr)
    assert status(store, record) == STOPPED
    assert not is_locked(record.path)


def test_what_a_failure_said_is_forgotten_when_the_run_is_resumed(store, jobs, submit, tmp_path):
    record = submit()
    write_state(record.path, RunState(FAILED, message("why"), has_diverged=True))
    jobs.compute.on_exit(record.id, 0)
    jobs.resume(record.id, tmp_path)
    assert store.get(record.id).state == RunState(STARTING)


def fill(record):
    """Files such as training and measuring leave behind, and those that a run may begin with."""
    for name in ("checkpoint", "weights", "predictions", "start", "extra"):
        save_arrays(record.path / f"{name}.safetensors", {})
    write_result(record.path, RESULT)
    (record.path / "calibration.json").write_text("{}")
    write_epoch(record.path, EpochRecord(1, np.zeros(2, np.float16), np.ones(2, bool)))
    record.log.append(RunStarted(0, 0, 4, 2, 64, 8, 7850, "cpu"))


@pytest.mark.parametrize("end", [STOPPED, FAILED, INTERRUPTED])
def test_a_run_that_begins_again_keeps_only_what_it_began_with(store, jobs, submit, tmp_path, end):
    submit()
    record = submit("mine")
    jobs.stop(record.id)
    fill(record)
    write_state(record.path, RunState(end, message("why"), 5, 1, 20))
    jobs.restart(record.id, tmp_path)
    files = {path.name for path in record.path.iterdir() if not path.name.startswith(".")}
    assert files == {"config.json", "state.json", "start.safetensors", "extra.safetensors"}
    again = store.get(record.id)
    assert (again.name, again.config, again.created) == ("mine", record.config, record.created)
    assert again.state == RunState(QUEUED)
    assert again.result is None
    assert jobs.position(record.id) == 1


def test_a_run_with_a_damaged_checkpoint_begins_again(jobs, submit, tmp_path):
    record = submit()
    record.checkpoint_file.write_bytes(b"no checkpoint")
    write_state(record.path, RunState(FAILED, message("damaged")))
    jobs.compute.on_exit(record.id, 0)
    jobs.restart(record.id, tmp_path)
    assert not record.checkpoint_file.exists()
    assert asked(jobs) == [record.id, record.id]


@pytest.mark.parametrize("end", [FINISHED, RUNNING])
def test_a_run_that_is_done_or_goes_on_does_not_begin_again(store, jobs, tmp_path, end):
    record = store.create(make_config(), "mine")
    fill(record)
    write_state(record.path, RunState(end))
    with hold_as_worker(record.path), pytest.raises(RunBusy, match=f"'mine' is {end}, so it cannot be resumed"):
        jobs.restart(record.id, tmp_path)
    assert record.checkpoint_file.exists()


def test_a_run_that_is_being_measured_is_neither_resumed_nor_begun_again(store, jobs, tmp_path):
    record = store.create(make_config())
    fill(record)
    write_state(record.path, RunState(STOPPED))
    with hold_as_worker(record.path):
        for begin in (jobs.resume, jobs.restart):
            with pytest.raises(RunBusy, match="is being worked on by another process"):
                begin(record.id, tmp_path)
    assert record.checkpoint_file.exists()
    assert store.get(record.id).state == RunState(STOPPED)
    jobs.resume(record.id, tmp_path)
    assert asked(jobs) == [record.id]


def test_resuming_forgets_earlier_commands_and_keeps_later_ones(jobs, submit, tmp_path):
    submit()
    record = submit()
    jobs.pause(record.id)
    jobs.stop(record.id)
    jobs.resume(record.id, tmp_path)
    assert read_command(record.path) == Command("run")
    jobs.pause(record.id)
    assert read_command(record.path) == Command("pause")


def test_a_finished_run_cannot_be_resumed(jobs, submit, tmp_path):
    record = submit("mine")
    write_state(record.path, RunState(FINISHED))
    jobs.compute.on_exit(record.id, 0)
    with pytest.raises(RunBusy, match="'mine' is finished, so it cannot be resumed"):
        jobs.resume(record.id, tmp_path)


def test_a_run_in_training_or_waiting_can_neither_be_resumed_nor_deleted(jobs, submit, tmp_path):
    for record, state in ((submit("a"), STARTING), (submit("b"), QUEUED)):
        with pytest.raises(RunBusy, match=f"is {state}, so it cannot be resumed"):
            jobs.resume(record.id, tmp_path)
        with pytest.raises(RunBusy, match=f"is {state}; stop it before deleting it"):
            jobs.delete(record.id)


def test_a_stopped_run_still_being_measured_can_neither_be_resumed_nor_deleted(jobs, submit, tmp_path):
    record = submit("mine")
    write_state(record.path, RunState(STOPPED))
    for call in (lambda: jobs.resume(record.id, tmp_path), lambda: jobs.delete(record.id)):
        with pytest.raises(RunBusy, match="'mine' is still being measured; try again in a moment"):
            call()


@pytest.mark.usefixtures("no_patience")
def test_two_queues_never_train_one_run(make_jobs, submit, tmp_path):
    other = make_jobs()
    training, waiting = submit(), submit()
    for record in (training, waiting):
        with pytest.raises(RunBusy):
            other.resume(record.id, tmp_path)
        with pytest.raises(RunBusy):
            other.delete(record.id)
        # Even when the second looked before the first began.
        (record.path / "state.json").write_text(json.dumps({"status": STOPPED}))
        with pytest.raises(RunBusy, match="is being worked on by another process"):
            other.resume(record.id, tmp_path)
    assert asked(other) == []


def test_a_run_that_another_process_trains_is_not_resumed(store, jobs, tmp_path):
    record = store.create(make_config())
    write_state(record.path, RunState(RUNNING))
    with hold_as_worker(record.path), pytest.raises(RunBusy, match="is running, so it cannot be resumed"):
        jobs.resume(record.id, tmp_path)


def test_another_queue_takes_up_what_one_left(make_jobs, jobs, submit, tmp_path):
    record = submit()
    jobs.close()
    other = make_jobs()
    other.resume(record.id, tmp_path)
    assert asked(other) == [record.id]
