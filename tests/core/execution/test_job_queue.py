"""The job queue by itself: a compute process that starts nothing stands in for the real one (see test_host)."""

import errno
import json
import os
import shutil
import signal

import pytest

from core.errors import ComputeError, ConfigError, RunBusy, RunError, RunNotFound
from core.execution import job_queue as queue_module
from core.execution.job_queue import JobQueue
from core.runs.control_file import read_command
from core.runs.record import (
    APP_ENDED,
    FAILED,
    FINISHED,
    INTERRUPTED,
    QUEUED,
    RUNNING,
    STARTING,
    STOPPED,
    RunState,
    write_result,
    write_state,
)
from core.runs.store import RunStore
from core.storage.arrays import save_arrays
from core.storage.locks import hold_as_worker, is_locked
from core.texts.message import NO_MESSAGE, message
from core.training.control import Command
from core.training.events import RunStarted
from tests.core.runs.test_runs import RESULT
from tests.made import make_config


class FakeCompute:
    """Notes what it is to train; the test says how that ends."""

    def __init__(self, on_exit):
        self.on_exit = on_exit
        self.asked = []
        self.refuses = False

    def train(self, name, folder, data_root):
        if self.refuses:
            raise ComputeError("The compute process has ended; try again.")
        self.asked.append((name, folder, data_root))

    def close(self):
        # A compute process that ends reports those of its children that did not end before.
        for name, _, _ in self.asked:
            self.on_exit(name, None)


@pytest.fixture
def make_jobs(store, monkeypatch):
    monkeypatch.setattr(queue_module, "ComputeClient", FakeCompute)
    made = []

    def make(slots=1):
        made.append(JobQueue(store, slots))
        return made[-1]

    yield make
    for queue in made:
        queue.close()


@pytest.fixture
def jobs(make_jobs):
    return make_jobs()


@pytest.fixture
def submit(jobs, tmp_path):
    return lambda name="a run": jobs.submit(make_config(), tmp_path, name)


def status(store, record):
    return store.get(record.id).state.status


def asked(queue):
    return [name for name, _, _ in queue.compute.asked]


def full_disk(*_args, **_more):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_run_is_handed_to_the_compute_process_at_once(jobs, tmp_path):
    record = jobs.submit(make_config(), tmp_path, "mine", {"recipe": "tiny"})
    assert jobs.compute.asked == [(record.id, record.path, tmp_path)]
    assert (record.name, record.tags, record.state) == ("mine", {"recipe": "tiny"}, RunState(STARTING))
    assert record.is_active
    assert jobs.position(record.id) is None


def test_more_runs_wait_in_the_order_they_came(store, jobs, submit):
    first, second, third = submit(), submit(), submit()
    assert [status(store, record) for record in (first, second, third)] == [STARTING, QUEUED, QUEUED]
    assert [jobs.position(record.id) for record in (first, second, third)] == [None, 1, 2]
    jobs.compute.on_exit(first.id, 0)
    assert [jobs.position(record.id) for record in (first, second, third)] == [None, None, 1]
    assert asked(jobs) == [first.id, second.id]
    assert status(store, second) == STARTING
    jobs.compute.on_exit(second.id, 0)
    assert asked(jobs) == [first.id, second.id, third.id]


def test_as_many_train_at_once_as_there_are_slots(make_jobs, tmp_path):
    queue = make_jobs(slots=2)
    records = [queue.submit(make_config(), tmp_path) for _ in range(4)]
    assert asked(queue) == [record.id for record in records[:2]]
    queue.compute.on_exit(records[1].id, 0)
    assert asked(queue) == [record.id for record in records[:3]]


def test_a_run_can_leave_the_queue(store, jobs, submit):
    first, second, third = submit(), submit(), submit()
    jobs.stop(second.id)
    assert status(store, second) == STOPPED
    assert not is_locked(second.path)
    assert jobs.position(third.id) == 1
    jobs.compute.on_exit(first.id, 0)
    assert asked(jobs) == [first.id, third.id]


def test_a_run_that_left_the_queue_can_join_it_again(store, jobs, submit, tmp_path):
    _, second, third = submit(), submit(), submit()
    jobs.stop(second.id)
    jobs.resume(second.id, tmp_path)
    assert [jobs.position(record.id) for record in (third, second)] == [1, 2]
    assert status(store, second) == QUEUED


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (-signal.SIGKILL, "The training process was killed; the machine may have run out of memory."),
        (-signal.SIGSEGV, "The training process ended by signal 11 (Segmentation fault)."),
        (-40, "The training process ended by signal 40 (Real-time signal 6)."),
        (1, "The training process ended with exit code 1."),
        (1000, "The training process could not be started; the machine may be out of memory."),
        (None, "The compute process ended."),
    ],
)
def test_a_process_that_breaks_off_fails_its_run_with_the_reason(store, jobs, submit, code, reason):
    first, second = submit(), submit()
    write_state(first.path, RunState(RUNNING, step=7, epoch=1, total_steps=20))
    jobs.compute.on_exit(first.id, code)
    state = store.get(first.id).state
    assert (state.status, str(state.reason), state.step, state.epoch, state.total_steps) == (FAILED, reason, 7, 1, 20)
    assert not is_locked(first.path)
    assert store.get(first.id).can_resume
    assert asked(jobs)[-1] == second.id


@pytest.mark.parametrize("end", [FINISHED, STOPPED, FAILED, INTERRUPTED])
def test_what_the_worker_wrote_last_stands(store, jobs, submit, end):
    record = submit()
    write_state(record.path, RunState(end, message("as the worker says"), 5))
    jobs.compute.on_exit(record.id, 1)
    assert store.get(record.id).state == RunState(end, message("as the worker says"), 5)


def test_a_process_that_trains_no_run_is_ignored(jobs, submit):
    record = submit()
    jobs.compute.on_exit("serve-123", -9)
    assert asked(jobs) == [record.id]


def test_a_compute_process_that_does_not_start_fails_the_run(jobs, submit):
    jobs.compute.refuses = True
    record = submit()
    assert record.state == RunState(FAILED, message("The compute process has ended; try again."))
    jobs.compute.refuses = False
    again = submit()
    assert asked(jobs) == [again.id]


def test_a_run_damaged_in_the_queue_does_not_hold_up_the_others(jobs, submit):
    first, deleted, damaged, last = submit(), submit(), submit(), submit()
    shutil.rmtree(deleted.path)
    (damaged.path / "config.json").write_text("{")
    jobs.compute.on_exit(first.id, 0)
    assert asked(jobs) == [first.id, last.id]
    assert not deleted.path.exists()


def test_a_full_disk_does_not_hold_up_the_queue(store, jobs, submit, monkeypatch):
    first, second = submit(), submit()
    with monkeypatch.context() as patch:
        patch.setattr(queue_module, "write_state", full_disk)
        jobs.compute.on_exit(first.id, -9)
    assert asked(jobs) == [first.id]
    assert status(store, first) == status(store, second) == INTERRUPTED
    third = submit()
    assert asked(jobs) == [first.id, third.id]


def test_a_full_disk_refuses_a_run_and_leaves_it_free(store, jobs, submit, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(queue_module, "write_state", full_disk)
        with pytest.raises(RunError, match="cannot be written: No space left on device"):
            submit()
    record = store.all()[0]
    assert record.state.status == INTERRUPTED
    jobs.resume(record.id, tmp_path)
    assert asked(jobs) == [record.id]


def test_commands_go_to_the_run_s_folder(jobs, submit):
    record = submit()
    jobs.pause(record.id)
    assert read_command(record.path) == Command("pause")
    jobs.set_lr(record.id, 0.5)
    assert read_command(record.path) == Command("pause", 0.5)
    jobs.proceed(record.id)
    assert read_command(record.path) == Command("run", 0.5)
    jobs.stop(record.id)
    assert read_command(record.path) == Command("stop", 0.5)


def test_a_wrong_learning_rate_is_refused(jobs, submit):
    record = submit()
    with pytest.raises(ConfigError, match="lr is -1; it must be a number above 0, at most 100"):
        jobs.set_lr(record.id, -1)


def test_a_command_that_cannot_be_written_is_reported(jobs, submit, monkeypatch):
    record = submit()
    monkeypatch.setattr("core.storage.atomic.tempfile.mkstemp", full_disk)
    with pytest.raises(RunError, match="cannot be written: No space left on device"):
        jobs.stop(record.id)


def test_a_run_that_has_ended_hears_nothing(store, jobs, submit):
    record = submit()
    write_state(record.path, RunState(FINISHED))
    jobs.compute.on_exit(record.id, 0)
    for command in (jobs.pause, jobs.proceed, jobs.stop, lambda run_id: jobs.set_lr(run_id, 0.5)):
        command(record.id)
    assert not (record.path / "control.json").exists()
    assert status(store, record) == FINISHED


def test_a_bundled_run_is_left_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(queue_module, "ComputeClient", FakeCompute)
    bundled = RunStore(tmp_path / "bundled").create(make_config())
    files = sorted(path.name for path in bundled.path.iterdir())
    queue = JobQueue(RunStore(tmp_path / "own", tmp_path / "bundled"))
    queue.stop(bundled.id)
    queue.pause(bundled.id)
    with pytest.raises(RunBusy, match="is finished, so it cannot be resumed"):
        queue.resume(bundled.id, tmp_path)
    with pytest.raises(RunError, match="comes with the app and cannot be changed"):
        queue.delete(bundled.id)
    assert sorted(path.name for path in bundled.path.iterdir()) == files


def test_unknown_runs_are_named(jobs, tmp_path):
    for call in (jobs.pause, jobs.proceed, jobs.stop, jobs.delete, lambda run_id: jobs.resume(run_id, tmp_path)):
        with pytest.raises(RunNotFound, match="There is no run 'nobody'"):
            call("nobody")
    assert jobs.position("nobody") is None


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


def test_a_run_whose_process_found_another_one_at_work_says_so(store, jobs, submit):
    record = submit()
    jobs.compute.on_exit(record.id, 0)
    state = store.get(record.id).state
    assert (state.status, str(state.reason)) == (
        INTERRUPTED,
        "Another process worked on this run when its turn had come.",
    )


def test_a_run_that_another_process_trains_is_left_to_it(store, jobs, submit):
    record = submit()
    write_state(record.path, RunState(RUNNING, step=7))
    with hold_as_worker(record.path):
        jobs.compute.on_exit(record.id, 0)
        assert store.get(record.id).state == RunState(RUNNING, step=7)
    assert not is_locked(record.path)


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


def test_deleting_removes_the_run(store, jobs, submit):
    record = submit()
    write_state(record.path, RunState(FINISHED))
    jobs.compute.on_exit(record.id, 0)
    jobs.delete(record.id)
    assert store.all() == []


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


def test_closing_leaves_all_runs_to_be_resumed(store, jobs, submit):
    training, waiting = submit(), submit()
    write_state(training.path, RunState(RUNNING, step=5))
    jobs.close()
    for record in (training, waiting):
        state = store.get(record.id).state
        assert (state.status, state.reason) == (INTERRUPTED, APP_ENDED)
        assert not is_locked(record.path)
    assert asked(jobs) == [training.id]
    jobs.close()


def test_another_queue_takes_up_what_one_left(make_jobs, jobs, submit, tmp_path):
    record = submit()
    jobs.close()
    other = make_jobs()
    other.resume(record.id, tmp_path)
    assert asked(other) == [record.id]
