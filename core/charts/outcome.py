"""What a finished run came to, and what to try next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.config.recipes import RECIPES
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.metrics.classification import most_confused
from core.runs.record import RunRecord
from core.runs.result import RunResult
from core.sweep.estimate import speed_of_similar
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
    address: the parameters of the Train page's address that fill its form.
    seconds: how long the training will take; None where no such run has been timed.
    """

    title: str
    address: dict[str, str]
    seconds: float | None


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


def next_step(config: RunConfig, records: Sequence[RunRecord]) -> NextStep | None:
    """The next better network after this one on the same images; None after the best.

    records: the runs whose times are known.
    """
    if config.arch == "best":
        return None
    if config.arch in ("cnn", "sprint", "handwriting"):
        return _by_recipe("best", mark("Train the best CNN"), config.dataset, records)
    if config.arch != "softmax":
        # The quickest of the networks with convolutions, for whoever waits for it.
        return _by_recipe("sprint", mark("Train a CNN"), config.dataset, records)
    recipe = "fashion-mlp" if config.dataset == "fashion-mnist" else "deep-mlp"
    return _by_recipe(recipe, mark("Train an MLP"), config.dataset, records)


def _by_recipe(name: str, title: str, dataset: str, records: Sequence[RunRecord]) -> NextStep:
    config = RECIPES[name].config
    address = {"recipe": name} | ({"dataset": dataset} if dataset != config.dataset else {})
    speed = speed_of_similar(records, config.arch)
    return NextStep(title, address, speed.seconds(config.replace(dataset=dataset)) if speed else None)
