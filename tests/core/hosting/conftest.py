"""A queue as two visitors see it. Its compute process is a stand-in, which starts nothing."""

import pytest

from core.execution import job_queue as queue_module
from core.execution.job_queue import JobQueue
from core.hosting.jobs import VisitorJobs
from core.operator.settings_file import OperatorSettings
from core.owners.visitor import OPERATOR, Visitor
from tests.core.execution.queue.stand_in import FakeCompute

ONE, OTHER = Visitor("one"), Visitor("other")


@pytest.fixture
def queue(store, monkeypatch):
    monkeypatch.setattr(queue_module, "ComputeClient", FakeCompute)
    made = JobQueue(store)
    yield made
    made.close()


@pytest.fixture
def jobs_of(store, queue):
    """The queue for a visitor, with these settings of the operator."""

    def jobs(visitor=OPERATOR, **settings):
        return VisitorJobs(queue, store.seen_by(visitor), lambda: OperatorSettings(**settings))

    return jobs
