"""Threads that share a step of many small operations: each goes through a part of it, its lane.

To split every operation instead takes longer than it saves, since threads sleep and are woken between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import torch


class LaneThreads:
    """So many threads, one a lane. They end when this is no longer used.

    A single lane is the caller's own thread. Others start with the first call of `run`, in the process that makes it:
    threads would not survive a fork.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._threads: list[ThreadPoolExecutor] = []

    def run(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Run one task in each lane; returns when all have ended, and raises the first lane's error.

        tasks: of PyTorch's operations, which never warn of an overflow; the caller's `np.errstate` is not theirs.
        """
        if self.count == 1:
            tasks[0]()
            return
        self._threads = self._threads or _start(self.count)
        futures = [thread.submit(task) for thread, task in zip(self._threads, tasks, strict=True)]
        # After an error, too, no lane may still be writing.
        wait(futures)
        for future in futures:
            future.result()

    @contextmanager
    def main_alone(self) -> Iterator[None]:
        """Meanwhile, PyTorch's operations in the caller's thread use no other, where there are several lanes."""
        if self.count == 1:
            yield
            return
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _start(count: int) -> list[ThreadPoolExecutor]:
    before = torch.get_num_threads()
    threads = [ThreadPoolExecutor(1, "lane") for _ in range(count)]
    for thread in threads:
        thread.submit(_compute_alone).result()
    # What was set last also holds for threads to come.
    torch.set_num_threads(before)
    return threads


def _compute_alone() -> None:
    """PyTorch's operations in this thread are to use no other; its number of threads is kept for each thread."""
    # The first question sets this thread's number to the default, which would otherwise be done later.
    torch.get_num_threads()
    torch.set_num_threads(1)
