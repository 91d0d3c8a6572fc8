"""The server's end of the computing host, with processes that a test plays."""

import io
import os
import subprocess

import pytest

from core.execution.compute_client import ComputeClient
from tests.made import wait_until


class Played:
    """A process whose reports the test writes and whose end it decides."""

    def __init__(self, *_, **__):
        out, self._reports = os.pipe()
        self.stdout, self.stdin = os.fdopen(out), io.StringIO()
        self.code = None

    def report(self, line):
        os.write(self._reports, line)

    def end_output(self):
        os.close(self._reports)

    def poll(self):
        return self.code

    def wait(self):
        return self.code


@pytest.fixture
def played(monkeypatch):
    """The processes that were started, in their order."""
    processes = []

    def start(*arguments, **options):
        processes.append(Played(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return processes


def test_a_host_that_died_takes_only_its_own_children_along(played, tmp_path):
    heard = []
    client = ComputeClient(lambda name, code: heard.append((name, code)))
    client.train("old", tmp_path, tmp_path)
    # It is dead, and its end has not been told yet when the next one is started.
    played[0].code = -9
    client.train("new", tmp_path, tmp_path)
    assert len(played) == 2
    played[0].end_output()
    wait_until(lambda: heard)
    assert heard == [("old", None)]
    played[1].report(b'{"event": "exit", "name": "new", "code": 0}\n')
    wait_until(lambda: len(heard) == 2)
    assert heard[1] == ("new", 0)
    played[1].code = 0
    played[1].end_output()
    client.close()
    assert len(heard) == 2
