"""What Linux says of processes."""

import os
import subprocess
import sys
import time

import pytest

from benchmarks.app.processes import descendants, megabytes, processor_seconds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")

# A process that starts another one, says so, and waits for its input to end.
_PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"])
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_a_process_s_descendants_are_found_through_generations():
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        assert descendants(parent.pid) == [child]
        assert {parent.pid, child} <= {*descendants(os.getpid())}
        parent.stdin.close()


def test_a_large_array_is_seen():
    before = megabytes(os.getpid(), "Rss")
    held = bytearray(os.urandom(1024)) * (64 * 1024)
    assert megabytes(os.getpid(), "Rss") - before >= 60
    assert len(held) == 64 * 1024 * 1024
    assert megabytes(os.getpid(), "Pss") <= megabytes(os.getpid(), "Rss")


def test_processor_time_grows_with_work():
    begun, own = processor_seconds(os.getpid()), time.process_time()
    while time.process_time() - own < 0.1:
        pass
    assert processor_seconds(os.getpid()) - begun == pytest.approx(time.process_time() - own, abs=0.05)
