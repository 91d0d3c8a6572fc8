"""A timed training, and this project's own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.config.run_config import RunConfig
from core.data.datasets import Dataset, ImageSet
from core.learners.factory import create_learner
from core.metrics.classification import score
from core.storage.arrays import Arrays
from core.training.events import StepEnd
from core.training.seeds import epoch_seed
from core.training.trainer import Trainer


@dataclass
class Spent:
    """Seconds that something took: of all threads on the processors, and of the clock."""

    processor: float = 0.0
    wall: float = 0.0


@dataclass(frozen=True)
class Training:
    """What a training of one configuration came to.

    losses: the mean of each step's batch before its update, in nats.
    weights: the network's parameters at the end, under this project's names.
    spent: in training alone, without what comes before the first step.
    """

    losses: list[float]
    weights: Arrays
    spent: Spent


@contextlib.contextmanager
def timed() -> Iterator[Spent]:
    """Yields what is filled at the end."""
    spent = Spent()
    processor, wall = time.process_time(), time.perf_counter()
    yield spent
    spent.processor, spent.wall = time.process_time() - processor, time.perf_counter() - wall


def image_order(config: RunConfig, n_images: int, epoch: int) -> NDArray[np.int64]:
    """The order in which `Trainer` shows the images in an epoch, of a data set with so many training images."""
    n_train = config.count_train(n_images)
    return np.random.default_rng(epoch_seed(config.seed, epoch)).permutation(n_train)


def train_ours(config: RunConfig, dataset: Dataset) -> Training:
    """Train `config` as a run does, without its files."""
    learner = create_learner(config)
    trainer = Trainer(config, dataset, learner)
    losses: list[float] = []
    with timed() as spent:
        for event in trainer.run():
            if isinstance(event, StepEnd):
                losses += event.losses
    return Training(losses, learner.state_dict(), spent)


def measure_accuracy(config: RunConfig, weights: Arrays, test: ImageSet) -> float:
    """Share of the test images that a network with these weights reads rightly."""
    learner = create_learner(config)
    learner.load_state_dict(weights)
    return score(test.labels, learner.predict_proba(test.images)).accuracy
