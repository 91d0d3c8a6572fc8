"""A computation that goes on until it is broken off, for a page of a real server."""

import os
import time
from collections.abc import Generator
from pathlib import Path


def go_on(folder: Path) -> Generator[float, None, None]:
    """Say by a file's name which process it is."""
    (folder / str(os.getpid())).touch()
    while True:
        yield 0.5
        time.sleep(0.05)
