"""What a finished run came to, and what to try next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.config.recipes import RECIPES
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.metrics.classification import most_confused
from core.runs.result import RunResult
from models.texts import mark


@dataclass(frozen=True)
class Confusion:
    """The names of a class and of the one that it was most often taken for, marked for the catalogue."""

    true: str
    predicted: str


@dataclass(frozen=True)
class NextStep:
    """A network that does better.

    title: what to do, a text of the catalogue.
    recipe: its id; on the data set given.
    """

    title: str
    recipe: str
    dataset: str

    @property
    def config(self) -> RunConfig:
        """What is to be trained."""
        return RECIPES[self.recipe].config.replace(dataset=self.dataset)


@dataclass(frozen=True)
class Outcome:
    """What a run's kept weights do with the test images.

    accuracy: share from 0 to 1. mistakes: among `n_test` images. most_often: None without a mistake.
    """

    accuracy: float
    mistakes: int
    n_test: int
    most_often: Confusion | None


def outcome(config: RunConfig, result: RunResult) -> Outcome:
    """What came of a run of this configuration."""
    counts, names = np.asarray(result.confusion, np.int64), find_dataset(config.dataset).class_names
    worst = [Confusion(names[pair.true], names[pair.predicted]) for pair in most_confused(counts, 1)]
    mistakes = int(counts.sum() - counts.trace())
    return Outcome(result.test_accuracy, mistakes, result.n_test, worst[0] if worst else None)


def next_step(config: RunConfig) -> NextStep | None:
    """The next better network after this one on the same images; None after the best."""
    if config.arch == "best":
        return None
    if config.arch in ("cnn", "sprint", "handwriting"):
        return NextStep(mark("Train the best CNN"), "best", config.dataset)
    if config.arch != "softmax":
        # The quickest of the networks with convolutions, for whoever waits for it.
        return NextStep(mark("Train a CNN"), "sprint", config.dataset)
    recipe = "fashion-mlp" if config.dataset == "fashion-mnist" else "deep-mlp"
    return NextStep(mark("Train an MLP"), recipe, config.dataset)
