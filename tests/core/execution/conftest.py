"""One compute process serves the tests of this folder."""

import contextlib
import os
import sys

import pytest

from core.execution.job_queue import JobQueue
from core.execution.train_run import train_run
from core.runs.store import RunStore
from tests.made import make_config, wait_until


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A store, a queue with its compute process, and the file with what that process writes to standard error."""
    folder = tmp_path_factory.mktemp("shared")
    store, error_file = RunStore(folder / "runs"), folder / "stderr"
    queue = JobQueue(store)
    with error_file.open("w") as file, _standard_error_to(file.fileno()):
        queue.compute.start()
    yield queue, store, error_file
    queue.close()


@contextlib.contextmanager
def _standard_error_to(file):
    """For processes that are started meanwhile."""
    before = os.dup(sys.__stderr__.fileno())
    os.dup2(file, sys.__stderr__.fileno())
    try:
        yield
    finally:
        os.dup2(before, sys.__stderr__.fileno())
        os.close(before)


@pytest.fixture
def jobs(shared):
    queue, store, _ = shared
    queue.compute.start()
    yield queue
    for record in store.all():
        queue.stop(record.id)
    wait_until(lambda: not queue._training)


@pytest.fixture
def compute(jobs):
    return jobs.compute


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A short run that was trained in this process, for comparison."""
    store = RunStore(tmp_path_factory.mktemp("trained"))
    record = store.create(make_config())
    train_run(record, store.root)
    return store.get(record.id)
