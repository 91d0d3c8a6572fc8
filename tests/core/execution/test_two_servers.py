"""Two servers on one store: what one of them trains is the other's to see, and to take up once the first is gone."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import RunBusy
from core.hosting.disk import clean_up
from core.operator.settings_file import OperatorSettings
from core.owners.visitor import Visitor
from core.runs.index import RunIndex
from core.runs.record import ACTIVE, FINISHED, INTERRUPTED, QUEUED, RUNNING, STOPPED
from core.settings import PROJECT
from core.training.events import RunStarted
from tests.made import make_config, wait_until
from tests.processes import children, is_alive

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc")

# Far more than these tests wait for.
ENDLESS = make_config(arch="mlp", options={"hidden": (16,)}, batch_size=8, epochs=1000)

SERVER = """
import sys, threading
from pathlib import Path
from core.execution.job_queue import JobQueue
from core.runs.store import RunStore

root = Path(sys.argv[1])
jobs = JobQueue(RunStore(root))
for run in sys.argv[2:]:
    jobs.resume(run, root)
print("serving", flush=True)
threading.Event().wait()
"""


@pytest.fixture
def store(shared):
    return shared[1]


@contextmanager
def other_server(store, *records):
    """Another process that has these runs in its queue; it is killed in the end, and all its processes with it."""
    command = [sys.executable, "-c", SERVER, str(store.root), *(record.id for record in records)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout.readline() == "serving\n"
            yield server
        finally:
            family = [pid for child in children(server.pid) for pid in (child, *children(child))]
            server.kill()
            wait_until(lambda: not any(map(is_alive, family)))


@pytest.fixture
def training(store):
    return store.create(ENDLESS, "training")


@pytest.fixture
def waiting(store):
    return store.seen_by(Visitor("one")).create(make_config(epochs=3), "waiting")


def status(store, record):
    return store.get(record.id).state.status


def starts(record):
    return sum(isinstance(event, RunStarted) for event in record.log.read()[0])


def test_the_other_server_s_runs_are_seen_and_left_alone(store, jobs, training, waiting):
    with other_server(store, training, waiting):
        wait_until(lambda: status(store, training) == RUNNING and training.history().step)
        listed = {record.id: record.state.status for record in RunIndex(store.root).scan().records}
        assert (listed[training.id], listed[waiting.id]) == (RUNNING, QUEUED)
        for record in (training, waiting):
            for begin in (jobs.resume, jobs.restart):
                with pytest.raises(RunBusy, match="so it cannot be resumed"):
                    begin(record.id, store.root)
            with pytest.raises(RunBusy, match="stop it before deleting it"):
                jobs.delete(record.id)
            assert jobs.position(record.id) is None
        assert not jobs.n_training
        os.utime(waiting.path, (0, 0))
        assert clean_up(store, OperatorSettings(keep_days=1)) == []
        # Its place in this server's queue is its own.
        mine = jobs.submit(make_config(), store.root)
        wait_until(lambda: status(store, mine) == FINISHED)
        assert status(store, training) == RUNNING
    assert starts(training) == 1


def test_the_other_server_s_runs_are_steered(store, jobs, training, waiting):
    with other_server(store, training, waiting):
        wait_until(lambda: training.history().step)
        jobs.stop(waiting.id)
        jobs.stop(training.id)
        wait_until(lambda: status(store, waiting) == STOPPED)
        assert status(store, training) == STOPPED
        assert training.history().step > waiting.history().step == 0


def test_once_the_other_server_is_killed_its_runs_go_on_here(store, jobs, training, waiting):
    with other_server(store, training, waiting) as server:
        wait_until(lambda: training.history().step)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        for record in (training, waiting):
            wait_until(lambda record=record: status(store, record) not in ACTIVE)
            assert status(store, record) == INTERRUPTED
            wait_until(lambda record=record: can_resume(jobs, store, record))
        wait_until(lambda: starts(training) == 2)
        jobs.stop(training.id)
        wait_until(lambda: status(store, waiting) == FINISHED)
        assert starts(waiting) == 1


def can_resume(jobs, store, record):
    """Resume a run as a reader does, who tries again while the killed server's worker saves its checkpoint."""
    try:
        jobs.resume(record.id, store.root)
    except RunBusy:
        return False
    return True
