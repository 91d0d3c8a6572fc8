"""A job queue whose compute process is a stand-in, which starts nothing (see test_compute_process)."""

import pytest

from core.execution import job_queue as queue_module
from core.execution.job_queue import JobQueue
from core.execution.waiting_line import QueueLimits
from tests.core.execution.queue.stand_in import FakeCompute
from tests.made import make_config


@pytest.fixture
def make_jobs(store, monkeypatch):
    monkeypatch.setattr(queue_module, "ComputeClient", FakeCompute)
    made = []

    def make(slots=1, **limits):
        made.append(JobQueue(store, QueueLimits(slots, **limits)))
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
