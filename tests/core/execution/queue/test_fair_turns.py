"""How the queue is shared out among the visitors of one app."""

from pathlib import Path

import pytest

from core.errors import LimitReached
from core.execution import job_queue
from core.execution.waiting_line import Entry, fair_order
from core.runs.control_file import read_command
from core.runs.record import FINISHED, INTERRUPTED, QUEUED, STARTING, STOPPED, RunState, write_state
from core.training.control import Command
from tests.core.execution.queue.stand_in import asked, status
from tests.made import make_config, wait_until


def order(waiting, served=()):
    """Entries by their run's names, such as "a1" for one of owner a."""
    entries = [Entry(name, name[0], Path()) for name in waiting.split()]
    return " ".join(entry.run_id for entry in fair_order(entries, served))


def test_owners_take_turns_in_the_order_of_asking():
    assert order("a1 a2 a3 b1 c1 b2") == "a1 b1 c1 a2 b2 a3"


def test_who_was_served_longest_ago_comes_first():
    assert order("a1 b1 c1", "abc") == "a1 b1 c1"
    assert order("a1 b1 c1", "cba") == "c1 b1 a1"
    # The latest turn of an owner counts.
    assert order("a1 b1", "aba") == "b1 a1"


def test_who_was_never_served_comes_before_all_others():
    assert order("a1 b1 c1", "ba") == "c1 b1 a1"


def test_nobody_waits():
    assert order("") == ""


def test_a_visitor_with_many_runs_does_not_keep_others_waiting(store, jobs, tmp_path):
    first = jobs.submit(make_config(), tmp_path, owner="one")
    second, third = (jobs.submit(make_config(), tmp_path, owner="one") for _ in range(2))
    other = jobs.submit(make_config(), tmp_path, owner="other")
    assert [jobs.position(record.id) for record in (other, second, third)] == [1, 2, 3]
    jobs.compute.on_exit(first.id, 0)
    jobs.compute.on_exit(other.id, 0)
    assert asked(jobs) == [first.id, other.id, second.id]
    assert [status(store, record) for record in (second, third)] == [STARTING, QUEUED]


def test_each_owner_has_so_many_runs_and_no_more(store, make_jobs, tmp_path):
    jobs = make_jobs(per_owner=2)
    first = jobs.submit(make_config(), tmp_path, owner="one")
    second = jobs.submit(make_config(), tmp_path, owner="one")
    with pytest.raises(LimitReached, match="2 runs of yours wait or train already; 2 are allowed here"):
        jobs.submit(make_config(), tmp_path, owner="one")
    assert {record.id for record in store.all()} == {first.id, second.id}
    jobs.submit(make_config(), tmp_path, owner="other")
    jobs.compute.on_exit(first.id, 0)
    jobs.submit(make_config(), tmp_path, owner="one")
    assert len(store.all()) == 4


def test_a_full_queue_takes_no_more_runs_but_the_operators(store, make_jobs, tmp_path):
    jobs = make_jobs(total=2)
    records = [jobs.submit(make_config(), tmp_path, owner=owner) for owner in ("one", "other")]
    with pytest.raises(LimitReached, match="The queue is full: 2 runs wait or train, and 2 are allowed here"):
        jobs.submit(make_config(), tmp_path, owner="third")
    assert len(store.all()) == 2
    jobs.submit(make_config(), tmp_path)
    jobs.stop(records[1].id)
    with pytest.raises(LimitReached, match="The queue is full"):
        jobs.resume(records[1].id, tmp_path)
    assert status(store, records[1]) == STOPPED


def test_a_run_that_takes_too_long_is_stopped_and_says_so(store, make_jobs, tmp_path):
    jobs = make_jobs(seconds=0.01)
    record = jobs.submit(make_config(), tmp_path, owner="one")
    wait_until(lambda: read_command(record.path) == Command("stop"))
    # As its worker would.
    write_state(record.path, store.get(record.id).state.become(STOPPED))
    jobs.compute.on_exit(record.id, 0)
    state = store.get(record.id).state
    assert state.status == STOPPED
    assert "stopped after 0.000166667 minutes, as long as a run may take here" in str(state.reason)


@pytest.mark.parametrize("status", [FINISHED, INTERRUPTED])
def test_an_overdue_run_that_ends_in_another_way_is_not_said_to_have_been_stopped(store, make_jobs, tmp_path, status):
    jobs = make_jobs(seconds=0.01)
    record = jobs.submit(make_config(), tmp_path, owner="one")
    wait_until(lambda: read_command(record.path) == Command("stop"))
    write_state(record.path, RunState(status))
    jobs.compute.on_exit(record.id, 0)
    assert store.get(record.id).state == RunState(status)


def test_the_operator_s_run_may_take_as_long_as_it_does(make_jobs, tmp_path):
    jobs = make_jobs(seconds=1000.0)
    jobs.submit(make_config(), tmp_path)
    assert not jobs._timers


def test_a_run_that_was_stopped_by_hand_says_nothing(store, make_jobs, tmp_path):
    jobs = make_jobs(seconds=1000.0)
    record = jobs.submit(make_config(), tmp_path, owner="one")
    write_state(record.path, RunState(STOPPED))
    jobs.compute.on_exit(record.id, 0)
    assert not store.get(record.id).state.reason
    # Nothing is left to stop it in its next stretch.
    assert not jobs._timers


def test_while_the_app_uses_all_its_memory_runs_wait(store, make_jobs, tmp_path, monkeypatch):
    used = [500]
    monkeypatch.setattr(job_queue, "used_bytes", lambda: used[0])
    monkeypatch.setattr(job_queue, "_RETRY_SECONDS", 0.01)
    jobs = make_jobs(memory=500)
    assert not jobs.lacks_memory
    record = jobs.submit(make_config(), tmp_path)
    assert status(store, record) == QUEUED
    assert jobs.lacks_memory
    assert jobs.position(record.id) == 1
    used[0] = 499
    wait_until(lambda: asked(jobs) == [record.id])
    assert not jobs.lacks_memory
    assert status(store, record) == STARTING


def test_a_closed_queue_looks_no_more_whether_there_is_memory(store, make_jobs, tmp_path, monkeypatch):
    monkeypatch.setattr(job_queue, "used_bytes", lambda: 500)
    jobs = make_jobs(memory=500)
    record = jobs.submit(make_config(), tmp_path)
    timer = jobs._retry
    jobs.close()
    wait_until(lambda: not timer.is_alive())
    assert asked(jobs) == []
    assert status(store, record) != STARTING


def test_where_stopping_an_overdue_run_fails_it_is_tried_again(make_jobs, tmp_path, monkeypatch):
    sends = []

    def send(folder, action, lr):
        sends.append(action)
        if len(sends) == 1:
            raise OSError(28, "No space left on device")
        real(folder, action, lr)

    real = job_queue.control_file.send
    monkeypatch.setattr(job_queue.control_file, "send", send)
    monkeypatch.setattr(job_queue, "_RETRY_SECONDS", 0.01)
    jobs = make_jobs(seconds=0.01)
    record = jobs.submit(make_config(), tmp_path, owner="one")
    wait_until(lambda: read_command(record.path) == Command("stop"))
    assert sends == ["stop", "stop"]


def test_a_timer_of_an_earlier_stretch_stops_nothing(make_jobs, tmp_path):
    jobs = make_jobs(seconds=1000.0)
    record = jobs.submit(make_config(), tmp_path, owner="one")
    late = jobs._timers[record.id]
    write_state(record.path, RunState(STOPPED))
    jobs.compute.on_exit(record.id, 0)
    jobs.resume(record.id, tmp_path)
    # As where it had begun just before it was cancelled.
    late.function()
    assert read_command(record.path) == Command("run")
    jobs._timers[record.id].function()
    assert read_command(record.path) == Command("stop")
