"""What Linux says of processes."""

import os
import subprocess
import sys

import pytest

from benchmarks.app.processes import descendants, megabytes

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


# Says "ready", and on the first line of input makes an array of 64 MiB, of which no page is shared or zero.
_HOLDER = """
import os, sys
print("ready", flush=True)
sys.stdin.readline()
held = bytearray(os.urandom(1024)) * (64 * 1024)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_large_array_is_seen():
    # In a process of its own, which frees no memory meanwhile as this one may.
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "ready\n"
        before = megabytes(holder.pid, "Rss")
        holder.stdin.write("\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "held\n"
        assert 60 <= megabytes(holder.pid, "Rss") - before <= 80
        assert 60 <= megabytes(holder.pid, "Pss") <= megabytes(holder.pid, "Rss")
        holder.stdin.close()
