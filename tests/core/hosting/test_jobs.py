"""Every action on a run, as its owner and as another visitor."""

import inspect

import pytest

from core.errors import ConfigError, LimitReached, NotYours
from core.execution.job_queue import JobQueue
from core.execution.waiting_line import QueueLimits
from core.hosting.jobs import VisitorJobs, queue_limits
from core.operator.settings_file import OperatorSettings
from core.runs.control_file import read_command
from core.runs.record import QUEUED, RUNNING, STARTING, STOPPED, RunState, remove_outcome, write_state
from core.training.control import Command
from tests.core.hosting.conftest import ONE, OTHER
from tests.made import make_config

# Every method that changes a run, with what it is called with after the run's id, and the state it is for.
ACTIONS = {
    "pause": ((), RUNNING),
    "proceed": ((), RUNNING),
    "set_lr": ((0.5,), RUNNING),
    "stop": ((), RUNNING),
    "resume": (("data_root",), STOPPED),
    "restart": (("data_root",), STOPPED),
    "delete": ((), STOPPED),
}
# Those that change nothing.
READING = {"position", "lacks_memory", "compute"}


def public(cls):
    return {name for name, _ in inspect.getmembers(cls) if not name.startswith("_")}


def test_every_method_is_known_to_this_test():
    assert public(VisitorJobs) == {*ACTIONS, *READING, "submit"}
    # What the queue can do besides is for the app itself.
    assert public(JobQueue) - public(VisitorJobs) == {"close", "n_training", "n_waiting"}


@pytest.fixture
def run(store, jobs_of, queue, tmp_path):
    """A run of the first visitor's, in a state."""

    def make(status):
        record = jobs_of(ONE).submit(make_config(), tmp_path, "Mine")
        assert record.state.status == STARTING
        if status == RUNNING:
            write_state(record.path, RunState(RUNNING))
        else:
            write_state(record.path, RunState(STOPPED))
            queue.compute.on_exit(record.id, 0)
        return store.get(record.id)

    return make


def seen(record):
    """All that is written in a run's folder."""
    return {
        file.relative_to(record.path): file.read_bytes()
        for file in record.path.rglob("*")
        if file.is_file() and not file.name.endswith(".lock")
    }


@pytest.mark.parametrize("action", ACTIONS)
def test_another_visitor_changes_nothing(run, jobs_of, tmp_path, action):
    arguments, status = ACTIONS[action]
    record = run(status)
    before = seen(record)
    with pytest.raises(NotYours, match="'Mine' belongs to another visitor"):
        getattr(jobs_of(OTHER), action)(record.id, *(tmp_path if each == "data_root" else each for each in arguments))
    assert seen(record) == before


@pytest.mark.parametrize("visitor", ["owner", "operator"])
@pytest.mark.parametrize("action", ACTIONS)
def test_the_owner_and_the_operator_can(run, jobs_of, tmp_path, action, visitor):
    arguments, status = ACTIONS[action]
    record = run(status)
    before = seen(record)
    jobs = jobs_of(ONE) if visitor == "owner" else jobs_of()
    getattr(jobs, action)(record.id, *(tmp_path if each == "data_root" else each for each in arguments))
    assert not record.path.exists() or seen(record) != before


def test_the_commands_reach_the_run(run, jobs_of):
    record, jobs = run(RUNNING), jobs_of(ONE)
    jobs.pause(record.id)
    assert read_command(record.path) == Command("pause")
    jobs.set_lr(record.id, 0.5)
    assert read_command(record.path) == Command("pause", 0.5)
    jobs.proceed(record.id)
    assert read_command(record.path) == Command("run", 0.5)
    jobs.stop(record.id)
    assert read_command(record.path) == Command("stop", 0.5)


def test_a_run_belongs_to_who_submits_it(jobs_of, tmp_path):
    assert jobs_of(ONE).submit(make_config(), tmp_path).owner == "one"
    waiting = jobs_of(OTHER).submit(make_config(), tmp_path, "theirs", {"recipe": "tiny"})
    assert (waiting.owner, waiting.name, waiting.tags, waiting.state.status) == (
        "other",
        "theirs",
        {"recipe": "tiny"},
        QUEUED,
    )
    assert jobs_of().submit(make_config(), tmp_path).owner == ""
    # Others' runs have places too: who waits is told the truth.
    assert jobs_of(ONE).position(waiting.id) == 1


def test_a_visitor_is_limited_and_the_operator_is_not(store, jobs_of, tmp_path):
    config = make_config(epochs=9)
    with pytest.raises(ConfigError, match="at most 8 are allowed here"):
        jobs_of(ONE, most_epochs=8).submit(config, tmp_path)
    assert store.all() == []
    jobs_of(ONE, most_epochs=9).submit(config, tmp_path)
    jobs_of(most_epochs=8).submit(config, tmp_path)
    assert len(store.all()) == 2


@pytest.mark.parametrize("action", ["resume", "restart"])
def test_what_is_no_longer_allowed_is_not_taken_up_again(run, jobs_of, tmp_path, action):
    record = run(STOPPED)
    with pytest.raises(ConfigError, match="at most 1 are allowed here"):
        getattr(jobs_of(ONE, most_epochs=1), action)(record.id, tmp_path)
    (record.path / "weights.safetensors").write_bytes(bytes(2_000_000))
    with pytest.raises(LimitReached, match="Your runs take 2 MB; 2 MB are allowed here"):
        getattr(jobs_of(ONE, disk_per_owner_mb=2), action)(record.id, tmp_path)
    remove_outcome(record.path)
    getattr(jobs_of(ONE, disk_per_owner_mb=2), action)(record.id, tmp_path)


def test_the_queue_is_limited_as_the_operator_says():
    assert queue_limits(OperatorSettings()) == QueueLimits()
    settings = OperatorSettings(runs_at_once=2, queue_length=9, queue_per_owner=3, most_minutes=5, memory_mb=600)
    assert queue_limits(settings) == QueueLimits(2, 9, 3, 300.0, 600 * 10**6)
