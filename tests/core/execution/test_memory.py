import subprocess
import sys

from core.execution.memory import used_bytes

# 100 MB that a process has written to.
_PROGRAM = "import sys; held = bytearray(b'x') * 10**8; print('ready', flush=True); sys.stdin.read()"


def test_the_memory_of_started_processes_counts():
    before = used_bytes()
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"ready\n"
        assert 90e6 < used_bytes() - before < 200e6
    finally:
        process.communicate()
    assert used_bytes() - before < 90e6
