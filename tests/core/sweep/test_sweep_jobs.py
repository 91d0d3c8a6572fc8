from contextlib import contextmanager
from threading import Event

import pytest

from core.errors import ConfigError, RunBusy, RunNotFound
from core.execution.executors import Workers
from core.runs.control_file import read_command
from core.runs.record import RunState, write_state
from core.storage.locks import hold_in_queue
from core.sweep.manager import SweepManager
from tests.made import wait_until
from tests.sweeps import Direct, add_trial, make_space


@pytest.fixture
def may_work():
    return Event()


@pytest.fixture
def manager(sweeps, may_work, monkeypatch):
    """A manager whose workers train nothing, once they may work."""

    def finish(path, _):
        may_work.wait(30)
        write_state(path, RunState("finished"))

    @contextmanager
    def open_made(workers, *_):
        if workers.on_cluster:
            raise ConfigError("No Dask scheduler answers at 'nowhere:1'.")
        yield Direct(finish), workers.processes

    monkeypatch.setattr("core.sweep.manager.open_executor", open_made)
    manager = SweepManager(sweeps, None)
    yield manager
    may_work.set()
    wait_until(lambda: not manager.is_busy)


def statuses(sweeps, sweep):
    return [trial.status for trial in sweeps.trials(sweep)]


def test_a_sweep_is_worked_through_in_the_background(manager, sweeps, may_work, tmp_path):
    sweep = manager.start(make_space(lr=(0.1, 0.2)), "mine", tmp_path, Workers())
    assert manager.is_running(sweep)
    assert manager.is_busy
    may_work.set()
    wait_until(lambda: not manager.is_running(sweep))
    assert not manager.is_busy
    assert statuses(sweeps, sweep) == ["finished", "finished"]
    assert (sweep.name, manager.error(sweep.id)) == ("mine", None)


def test_a_second_sweep_must_wait(manager, sweeps, tmp_path):
    sweep = manager.start(make_space(lr=(0.1, 0.2)), "first", tmp_path, Workers())
    with pytest.raises(RunBusy, match="'first' is running; stop it, or wait"):
        manager.start(make_space(lr=(0.3,)), "second", tmp_path, Workers())
    with pytest.raises(RunBusy, match="'first' is running"):
        manager.resume(sweep.id, tmp_path, Workers())
    assert len(sweeps.all()) == 1


def test_a_sweep_that_cannot_run_says_why_and_can_be_resumed(manager, sweeps, may_work, tmp_path):
    sweep = manager.start(make_space(lr=(0.1, 0.2)), "", tmp_path, Workers(on_cluster=True))
    wait_until(lambda: not manager.is_running(sweep))
    assert str(manager.error(sweep.id)) == "No Dask scheduler answers at 'nowhere:1'."
    may_work.set()
    manager.resume(sweep.id, tmp_path, Workers())
    wait_until(lambda: not manager.is_running(sweep))
    assert manager.error(sweep.id) is None
    assert statuses(sweeps, sweep) == ["finished", "finished"]


def test_failed_cells_are_tried_again_only_on_request(manager, sweeps, store, may_work, tmp_path):
    may_work.set()
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    add_trial(store, sweep, 0, reason="MNIST is not there.")
    manager.resume(sweep.id, tmp_path, Workers())
    wait_until(lambda: not manager.is_running(sweep))
    assert statuses(sweeps, sweep) == ["failed", "finished"]
    manager.resume(sweep.id, tmp_path, Workers(), retry_failed=True)
    wait_until(lambda: not manager.is_running(sweep))
    assert statuses(sweeps, sweep) == ["finished", "finished"]


def test_to_stop_is_a_wish_in_the_sweeps_folder(manager, sweeps):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    manager.stop(sweep)
    assert read_command(sweep.path).action == "stop"


def test_a_sweep_that_another_process_runs_cannot_be_resumed_here(manager, sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    lock = hold_in_queue(sweep.path)
    with pytest.raises(RunBusy, match="is run by another process"):
        manager.resume(sweep.id, tmp_path, Workers())
    assert manager.is_running(sweep)
    lock.release()


def test_an_old_wish_to_stop_is_void_and_a_new_one_holds_before_the_workers_are_there(
    manager, sweeps, tmp_path, monkeypatch
):
    connected = Event()

    @contextmanager
    def open_slowly(*_):
        connected.wait(30)
        yield Direct(lambda path, _: write_state(path, RunState("finished"))), 1

    monkeypatch.setattr("core.sweep.manager.open_executor", open_slowly)
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    manager.stop(sweep)
    manager.resume(sweep.id, tmp_path, Workers())
    assert read_command(sweep.path).action == "run"
    manager.stop(sweep)
    connected.set()
    wait_until(lambda: not manager.is_running(sweep))
    assert statuses(sweeps, sweep) == ["waiting", "waiting"]


def test_closing_begins_no_more_trials(manager, sweeps, store, may_work, tmp_path):
    sweep = manager.start(make_space(lr=(0.1, 0.2, 0.3)), "", tmp_path, Workers())
    wait_until(store.all)
    manager.close()
    may_work.set()
    wait_until(lambda: not manager.is_running(sweep))
    assert statuses(sweeps, sweep) == ["finished", "waiting", "waiting"]


def test_an_unknown_sweep_cannot_be_resumed(manager, tmp_path):
    with pytest.raises(RunNotFound):
        manager.resume("nothing", tmp_path, Workers())
