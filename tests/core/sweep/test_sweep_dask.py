"""A sweep on a real Dask cluster of two worker processes on this machine."""

import os
import signal
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from core.errors import ConfigError, RunError
from core.execution.compute_client import ComputeClient
from core.execution.executors import Workers, open_executor
from core.execution.train_run import train_run
from core.runs.control_file import send
from core.runs.record import read_state
from core.sweep.records import SweepStore
from core.sweep.runner import run_sweep
from core.sweep.search_space import SearchSpace
from tests.made import wait_until
from tests.sweeps import first_steps, make_space

distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as cluster:
        yield cluster


@pytest.fixture
def sweep(store):
    space = make_space(lr=(0.001, 0.002), batch_size=(16, 32))
    return SweepStore(store).create(SearchSpace(space.base.replace(epochs=20), space.grid))


@contextmanager
def open_cluster(address, folder):
    host = ComputeClient()
    try:
        with open_executor(Workers(on_cluster=True), host, folder, address) as opened:
            yield opened
    finally:
        host.close()


def is_open(file, pid):
    return any(Path(entry.path) == file for entry in psutil.Process(pid).open_files())


def test_a_worker_killed_in_mid_sweep_costs_nothing(cluster, store, sweep, tmp_path):
    pids = [worker.pid for worker in cluster.workers.values()]
    killers = []

    def kill_first(trial):
        if trial.status == "queued" and not killers:
            killers.append(Thread(target=kill, args=(trial.record,)))
            killers[0].start()

    def kill(record):
        wait_until(lambda: read_state(record.path).epoch >= 1, 120)
        # A pause leaves a checkpoint at once.
        send(record.path, "pause")
        wait_until(record.checkpoint_file.is_file)
        send(record.path, "run")
        [trainer] = [pid for pid in pids if is_open(record.path / ".worker.lock", pid)]
        os.kill(trainer, signal.SIGKILL)

    with open_cluster(cluster.scheduler_address, store.root) as (executor, slots):
        assert slots == 2
        trials = run_sweep(sweep, SweepStore(store), tmp_path, executor, slots, watch=kill_first)
    killers[0].join()
    assert [trial.status for trial in trials] == ["finished"] * 4
    assert len(store.all()) == 4
    first, second = first_steps(trials[0].record)
    assert (first, second > 0) == (0, True)
    for trial in trials:
        alone = store.create(trial.config)
        train_run(alone, tmp_path)
        assert alone.weights_file.read_bytes() == trial.record.weights_file.read_bytes()


def test_workers_that_do_not_see_the_folder_of_runs_are_named(cluster, tmp_path):
    with (
        pytest.raises(ConfigError, match=r"cannot write to .*nowhere, where the runs are kept"),
        open_cluster(cluster.scheduler_address, tmp_path / "nowhere"),
    ):
        pass


def test_a_cluster_without_workers_is_refused(tmp_path):
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", host="127.0.0.1") as empty,
        pytest.raises(ConfigError, match="has no workers"),
        open_cluster(empty.scheduler_address, tmp_path),
    ):
        pass


def test_a_cluster_that_goes_away_ends_the_sweep_which_can_be_resumed(store, sweep, tmp_path):
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as cluster:

        def close(trial):
            if trial.status == "queued":
                Thread(target=cluster.close).start()

        with (
            open_cluster(cluster.scheduler_address, store.root) as (executor, slots),
            pytest.raises(RunError, match="The workers cannot go on"),
        ):
            run_sweep(sweep, SweepStore(store), tmp_path, executor, slots, watch=close)
    statuses = {trial.status for trial in SweepStore(store).trials(sweep)}
    # A cell that was done before the cluster had gone has its result.
    assert statuses <= {"finished", "interrupted", "waiting"}
    assert statuses != {"finished"}
