"""How many threads a run takes, and who derives its gradients, by a short measurement when it starts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

from core.config.fields import AUTO_GRADIENTS, AUTO_THREADS, AUTOGRAD, BY_HAND, MOST_THREADS
from core.config.run_config import RunConfig
from core.training.speed import measure_step_seconds

# Rounds of timings; the candidates take turns, so that other work on the machine meets all of them.
_ROUNDS = 2
# What a later candidate has to gain, as a share of the step's time: a busy machine takes a thread's gain away again.
_LEAST_GAIN = 0.1


def choose_kernels(config: RunConfig) -> RunConfig:
    """The configuration with what it leaves open decided, as the machine is now.

    Gradients by hand come before autograd's, and few threads before many: what comes later has to gain a tenth of a
    step's time.
    """
    candidates = [
        config.replace(threads=threads, gradients=gradients)
        for threads, gradients in product(_thread_counts(config), _gradients(config))
    ]
    if len(candidates) == 1:
        return candidates[0]
    seconds = dict.fromkeys(candidates, float("inf"))
    for _ in range(_ROUNDS):
        for candidate in candidates:
            seconds[candidate] = min(seconds[candidate], measure_step_seconds(candidate))
    chosen = candidates[0]
    for candidate in candidates[1:]:
        if seconds[candidate] < (1 - _LEAST_GAIN) * seconds[chosen]:
            chosen = candidate
    return chosen


def _gradients(config: RunConfig) -> tuple[str, ...]:
    return (BY_HAND, AUTOGRAD) if config.gradients == AUTO_GRADIENTS else (config.gradients,)


def _thread_counts(config: RunConfig) -> Iterator[int]:
    """1, 2, 4, … up to the processors that this process may use, where the number is open."""
    if config.threads != AUTO_THREADS:
        yield config.threads
        return
    # Where a system does not say what the process may use, as on macOS, it may use all.
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = 1
    while count <= min(usable, MOST_THREADS):
        yield count
        count *= 2
