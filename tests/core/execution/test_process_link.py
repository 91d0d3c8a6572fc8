"""The server's end of the compute process, with processes that a test plays."""

import io
import json
import os
import subprocess

import pytest

from core.errors import ComputeError
from core.execution.process_link import ProcessLink
from tests.made import wait_until


class Played:
    """A process whose reports the test writes and whose end it decides."""

    def __init__(self, *_, **__):
        out, self._reports = os.pipe()
        self.stdout, self.stdin = os.fdopen(out), io.StringIO()
        self.code = None

    def report(self, **values):
        os.write(self._reports, json.dumps(values).encode() + b"\n")

    def end(self, code):
        self.code = code
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


@pytest.fixture
def heard():
    """The ends that were told."""
    return []


@pytest.fixture
def link(heard, played):
    yield (opened := ProcessLink(lambda name, code: heard.append((name, code))))
    for process in played:
        if process.code is None:
            process.end(0)
    opened.close()


def test_requests_are_lines_of_json(link, played):
    link.start_child("a", "train", ["x", 1])
    link.kill_child("a")
    lines = [json.loads(line) for line in played[0].stdin.getvalue().splitlines()]
    assert lines == [
        {"name": "a", "target": "train", "arguments": ["x", 1]},
        {"name": "a", "target": "kill", "arguments": []},
    ]


def test_it_is_ready_when_the_process_says_so(link, played):
    link.start()
    assert not link.is_ready.is_set()
    played[0].report(event="ready")
    assert link.is_ready.wait(60)


def test_a_child_is_known_until_its_end_is_told(link, played, heard):
    link.start_child("a", "train", [])
    assert link.has_child("a")
    played[0].report(event="exit", name="a", code=-9)
    wait_until(lambda: heard == [("a", -9)])
    assert not link.has_child("a")


def test_a_process_that_died_takes_only_its_own_children_along(link, played, heard, caplog):
    link.start_child("old", "train", [])
    # It is dead, and its end has not been told yet when the next one is started.
    played[0].code = -9
    link.start_child("new", "train", [])
    assert len(played) == 2
    played[0].end(-9)
    wait_until(lambda: heard == [("old", None)])
    assert "The compute process ended with exit code -9." in caplog.text
    played[1].report(event="exit", name="new", code=0)
    wait_until(lambda: heard == [("old", None), ("new", 0)])


def test_a_process_that_takes_no_requests_is_said_and_its_child_unknown(link, played):
    link.start()
    played[0].stdin.close()
    with pytest.raises(ComputeError, match="has ended; try again"):
        link.start_child("a", "train", [])
    assert not link.has_child("a")


def test_once_closed_nothing_is_started(link, played):
    link.close()
    with pytest.raises(ComputeError, match="The app is closing"):
        link.start_child("a", "train", [])
    assert played == []
