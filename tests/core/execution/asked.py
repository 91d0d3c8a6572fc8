"""Functions that the tests have the compute process call."""

import gc
import multiprocessing
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path

import torch


def process_id() -> int:
    return os.getpid()


def wait_for_file(file: Path) -> int:
    """Take as long as the test wants, after a sign of having begun; returns the child's process id."""
    file.with_suffix(f".{os.getpid()}").touch()
    while not file.exists():
        time.sleep(0.01)
    return os.getpid()


def niceness() -> int:
    return os.nice(0)


def threads() -> int:
    return torch.get_num_threads()


def has_loaded(module: str) -> bool:
    return module in sys.modules


def fail(text: str) -> None:
    raise ZeroDivisionError(text)


def return_what_cannot_be_sent() -> object:
    return lambda: None


def ends_with_its_parent() -> bool:
    return multiprocessing.current_process().daemon


def end_process() -> None:
    os._exit(3)


def square_in_steps(number: int, go: Path) -> Generator[float, None, int]:
    """Tell one half, and the rest once the test wants."""
    yield 0.5
    while not go.exists():
        time.sleep(0.01)
    yield 1.0
    return number * number


def tracked_objects() -> tuple[int, int]:
    """How many objects the garbage collector looks at, and how many it leaves alone for good."""
    return len(gc.get_objects()), gc.get_freeze_count()
