"""How many threads a run takes, by a short measurement when it starts."""

from __future__ import annotations

import os
from collections.abc import Iterator

from core.config.fields import MOST_THREADS
from core.config.run_config import RunConfig
from core.training.speed import measure_step_seconds

# Rounds of timings; the counts take turns, so that other work on the machine meets all of them.
_ROUNDS = 2
# What another thread has to gain, as a share of the step's time: a busy machine takes it away again.
_LEAST_GAIN = 0.1


def choose_threads(config: RunConfig) -> int:
    """The fewest threads from which more would not gain a tenth of a step's time, as the machine is now."""
    counts = [*_counts()]
    seconds = dict.fromkeys(counts, float("inf"))
    for _ in range(_ROUNDS if len(counts) > 1 else 0):
        for count in counts:
            seconds[count] = min(seconds[count], measure_step_seconds(config.replace(threads=count)))
    chosen = counts[0]
    for count in counts[1:]:
        if seconds[count] < (1 - _LEAST_GAIN) * seconds[chosen]:
            chosen = count
    return chosen


def _counts() -> Iterator[int]:
    """1, 2, 4, … up to the processors that this process may use."""
    # Where a system does not say what the process may use, as on macOS, it may use all.
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = 1
    while count <= min(usable, MOST_THREADS):
        yield count
        count *= 2
