"""The floor under a training's time: the matrix products and convolutions of all its steps, and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import torch

from benchmarks.training.training import Spent, timed
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.training.floor import quickest_ways


@dataclass(frozen=True)
class Floor:
    """What a training cannot take less than.

    flops: multiplications and additions of all its steps.
    libraries: how many of a step's products and convolutions each library computes.
    """

    spent: Spent
    flops: int
    libraries: dict[str, int]


def measure_floor(config: RunConfig) -> Floor:
    """Compute all products and convolutions that `config` asks for, on as many threads as it says."""
    found, steps = quickest_ways(config), count_steps(config)
    with torch.inference_mode(), timed() as spent:
        for _ in range(steps):
            for _, way in found:
                way.call()
    libraries = Counter(way.library for _, way in found)
    return Floor(spent, steps * sum(item.flops for item, _ in found), dict(libraries))


def count_steps(config: RunConfig) -> int:
    """Full batches in all epochs; a last batch counts as one when it is at least half full."""
    n_train = config.count_train(find_dataset(config.dataset).n_train)
    return max(1, round(n_train / config.batch_size)) * config.epochs
