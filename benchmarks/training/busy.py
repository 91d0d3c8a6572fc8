"""A busy process beside a measurement."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

# It looks for its parent, so that it ends even where the parent is killed.
_CODE = """
import os, sys
while os.getppid() == int(sys.argv[1]):
    sum(range(1_000_000))
"""


@contextlib.contextmanager
def busy_process() -> Iterator[int]:
    """Keeps one processor busy while it is entered; yields the process's id."""
    process = subprocess.Popen([sys.executable, "-c", _CODE, str(os.getpid())])
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()
