import json
import subprocess
import sys

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
