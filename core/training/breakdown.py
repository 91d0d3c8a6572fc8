"""Where the time of a training step goes, and how close that is to what the machine can do."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import cycle

from core.config.run_config import RunConfig
from core.learners.base import Learner
from core.training.speed import warmed_up_learner

# Parts of a step in their order, as `core.learners.base.Lap` hears of them, and last what reports cost.
PARTS = ("data", "forward", "backward", "optimizer", "reporting")
# Batches to go through: more images than a processor's cache holds, as in training.
_BATCHES = 64
# Images at most; a data set of so many is at hand in training.
_MOST_IMAGES = 60_000
# Seconds of the timed steps together.
_BUDGET = 1.0
# Steps between two reports, as many as a report of a quick network covers at most.
_REPORT_STEPS = 200


@dataclass(frozen=True)
class Breakdown:
    """Of one step: the seconds of each part (see `PARTS`), those of its products alone, and its images.

    floor: seconds of the step's matrix products and convolutions alone, by the fastest library at hand.
    """

    parts: dict[str, float]
    floor: float
    batch_size: int

    @property
    def seconds(self) -> float:
        """Of the whole step."""
        return sum(self.parts.values())

    @property
    def samples_per_second(self) -> float:
        """Images trained on in a second."""
        return self.batch_size / self.seconds

    @property
    def floor_samples_per_second(self) -> float:
        """The same if a step were its products alone."""
        return self.batch_size / self.floor


def measure_breakdown(config: RunConfig) -> Breakdown:
    """Time steps of this configuration on random images, about two seconds in all."""
    # The pages' server imports this module, and never torch.
    from core.training.floor import product_seconds

    size = config.batch_size
    count = max(min(_BATCHES * size, _MOST_IMAGES) // size, 1) * size
    parts = _time_parts(warmed_up_learner(config, count), count, size, config.lr)
    return Breakdown(parts, product_seconds(config), size)


def _time_parts(learner: Learner, count: int, size: int, lr: float) -> dict[str, float]:
    laps = _Laps(learner.device)
    starts, steps = cycle(range(0, count, size)), 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < _BUDGET:
        for _ in range(_REPORT_STEPS):
            start = next(starts)
            laps.begin()
            learner.train_step(start, start + size, lr, laps)
            steps += 1
            if time.perf_counter() - begin >= _BUDGET:
                break
        laps.begin()
        learner.take_metrics()
        laps("reporting")
    return {part: laps.seconds[part] / steps for part in PARTS}


class _Laps:
    """A `core.learners.base.Lap` that adds up the seconds of each part, what a GPU still computes included."""

    def __init__(self, device: str) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._waits = device != "cpu"
        self._mark = 0.0

    def begin(self) -> None:
        self._mark = time.perf_counter()

    def __call__(self, part: str) -> None:
        if self._waits:
            import torch

            torch.accelerator.synchronize()
        now = time.perf_counter()
        self.seconds[part] += now - self._mark
        self._mark = now
