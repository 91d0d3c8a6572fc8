"""Whose turn it is to train, and how a run's turn ends."""

import shutil
import signal

import pytest

from core.errors import RunError
from core.execution import job_queue as queue_module
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
    write_state,
)
from core.storage.locks import hold_as_worker, is_locked
from core.texts.message import message
from tests.core.execution.queue.stand_in import asked, status
from tests.made import full_disk, make_config


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
