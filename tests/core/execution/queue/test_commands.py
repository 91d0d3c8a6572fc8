"""What a run in the queue is told, and which runs can be told nothing."""

import pytest

from core.errors import ConfigError, RunBusy, RunError, RunNotFound
from core.execution import job_queue as queue_module
from core.execution.job_queue import JobQueue
from core.runs.control_file import read_command
from core.runs.record import FINISHED, RunState, write_state
from core.runs.store import RunStore
from core.training.control import Command
from tests.core.execution.queue.stand_in import FakeCompute, status
from tests.made import full_disk, make_config


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


def test_deleting_removes_the_run(store, jobs, submit):
    record = submit()
    write_state(record.path, RunState(FINISHED))
    jobs.compute.on_exit(record.id, 0)
    jobs.delete(record.id)
    assert store.all() == []
