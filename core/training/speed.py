"""How long a configuration takes to train on this machine, from a few of its steps."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np

from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.data.datasets import ImageSet
from core.learners.base import Learner
from core.learners.factory import create_learner

# Seconds of the timed steps together, and of each configuration's at least where several are timed.
_BUDGET = 0.25
_LEAST_BUDGET = 0.06
# Timed steps go in pieces of about this many seconds. Other work slows some of them, so a low quantile counts.
_PIECE = 0.005
_QUANTILE = 0.25
# Steps before the timed ones: the first allocate memory and choose kernels.
_WARM_UP_STEPS = 3
# Columns without ink on either side, of 28. A step takes less time where there is none: these leave a third of the
# classic CNN's tiles blank, as in MNIST.
_BLANK_COLUMNS = 9
# A forward pass costs about a third of a step, whose backward pass costs about two forward ones.
_FORWARD_SHARE = 1 / 3


def measure_each(configs: Sequence[RunConfig]) -> list[float]:
    """Seconds of one training step of each configuration on random images, whatever else the machine does."""
    budget = max(_BUDGET / len(configs), _LEAST_BUDGET)
    return [_measure_undisturbed(config, budget) for config in configs]


def _measure_undisturbed(config: RunConfig, budget: float) -> float:
    learner, size = warmed_up_learner(config, config.batch_size), config.batch_size
    # Beside other work this process waits more than one that trains would. Its own processor time does not count that,
    # but says nothing of several threads or of a GPU.
    is_single = config.known_threads == 1 and learner.device == "cpu"
    clock = time.process_time if is_single else time.perf_counter
    end, pieces = time.perf_counter() + budget, list[float]()
    while not pieces or time.perf_counter() < end:
        start, steps = clock(), 0
        while not steps or (clock() - start < _PIECE and time.perf_counter() < end):
            learner.train_step(0, size, config.lr)
            steps += 1
        # Also waits for a GPU to end its work.
        learner.take_metrics()
        pieces.append((clock() - start) / steps)
    return float(np.quantile(pieces, _QUANTILE))


def measure_step_seconds(config: RunConfig) -> float:
    """Seconds of one training step on random images by the clock, beside whatever else the machine does."""
    size = config.batch_size
    learner = warmed_up_learner(config, size)
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < _BUDGET:
        learner.train_step(0, size, config.lr)
        steps += 1
    learner.take_metrics()
    return (time.perf_counter() - start) / steps


def warmed_up_learner(config: RunConfig, n_images: int) -> Learner:
    """A learner that has taken a few steps on random images, and is to be timed on them, a batch at least."""
    learner, draw = create_learner(config), np.random.default_rng(0)
    images = draw.integers(0, 256, (n_images, 28, 28), np.uint8)
    images[:, :, :_BLANK_COLUMNS] = images[:, :, -_BLANK_COLUMNS:] = 0
    learner.load(ImageSet(images, draw.integers(0, 10, n_images)))
    learner.begin_epoch(draw.permutation(n_images), 0)
    for _ in range(_WARM_UP_STEPS):
        learner.train_step(0, config.batch_size, config.lr)
    # Also waits for a GPU to end its work.
    learner.take_metrics()
    return learner


def estimate_seconds(config: RunConfig, step_seconds: float) -> float:
    """Seconds of a whole run, with its validation after each epoch and its test at the end."""
    info = find_dataset(config.dataset)
    n_train, n_val = config.count_train(info.n_train), config.count_val(info.n_train)
    steps = math.ceil(n_train / config.batch_size) * config.epochs
    measured = (n_val + config.watch_test * info.n_test) * config.epochs + info.n_test
    return step_seconds * (steps + _FORWARD_SHARE * measured / config.batch_size)


def cost_key(config: RunConfig) -> RunConfig:
    """The configuration without what does not change the time of a step; equal for configurations of equal cost."""
    usual = RunConfig()
    names = ("lr", "schedule", "gamma", "step_size", "epochs", "seed", "val_fraction", "watch_test", "keep_best")
    return config.replace(**{name: getattr(usual, name) for name in names})
