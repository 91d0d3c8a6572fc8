import json
import subprocess
import sys
from types import SimpleNamespace

import psutil

from core.execution.memory import used_bytes
from core.settings import PROJECT

# What is used before, while and after a process that a started one has started holds 100 MB that it has written to, as
# the compute process starts its children. In a process of its own, which has started nothing else.
_PROGRAM = """
import json, subprocess, sys
from core.execution.memory import used_bytes
used = [used_bytes()]
hold = "import sys; held = bytearray(b'x') * 10**8; print(flush=True); sys.stdin.read()"
start = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
child = subprocess.Popen([sys.executable, "-c", start, hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
used.append(used_bytes())
child.communicate()
print(json.dumps([*used, used_bytes()]))
"""


def test_the_memory_of_started_processes_counts():
    done = subprocess.run([sys.executable, "-c", _PROGRAM], cwd=PROJECT, capture_output=True, check=True)
    before, beside, after = json.loads(done.stdout)
    assert 90e6 < beside - before < 200e6
    assert after - before < 50e6


class MadeProcess:
    """One whose memory is given; None where it has ended."""

    def __init__(self, memory, children=()):
        self._memory, self._children = memory, children

    def children(self, recursive):
        assert recursive
        return list(self._children)

    def memory_full_info(self):
        if self._memory is None:
            raise psutil.NoSuchProcess(1)
        return SimpleNamespace(**self._memory)


def test_shared_memory_counts_once_where_the_system_tells_and_ended_processes_do_not_count(monkeypatch):
    started = [MadeProcess({"rss": 500, "pss": 20}), MadeProcess(None), MadeProcess({"rss": 300})]
    monkeypatch.setattr(psutil, "Process", lambda: MadeProcess({"rss": 7000, "pss": 1000}, started))
    assert used_bytes() == 1000 + 20 + 300
