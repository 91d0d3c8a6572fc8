"""What a finished run came to, as values."""

import numpy as np
import pytest

from core.charts.outcome import Confusion, NextStep, Outcome, next_step, outcome
from core.config.recipes import RECIPES
from tests.made import make_config
from tests.pages.made_runs import make_result


def confusion(**mistakes):
    """Ten right answers of each class, and mistakes such as `_49=3`: a 4 taken for a 9 three times."""
    counts = np.eye(10, dtype=int) * 10
    for pair, count in mistakes.items():
        counts[int(pair[1]), int(pair[2])] = count
    return tuple(tuple(row) for row in counts.tolist())


def test_mistakes_are_counted_and_the_most_frequent_pair_is_named():
    result = make_result(test_accuracy=0.9, n_test=109, confusion=confusion(_49=5, _94=3, _12=1))
    assert outcome(make_config(), result) == Outcome(0.9, 9, 109, Confusion("4", "9"))


def test_the_pair_has_the_names_of_the_data_set_s_classes():
    result = make_result(confusion=confusion(_60=2))
    assert outcome(make_config(dataset="fashion-mnist"), result).most_often == Confusion("Shirt", "T-shirt")


def test_without_a_mistake_no_pair_is_named():
    assert outcome(make_config(), make_result(test_accuracy=1.0)) == Outcome(1.0, 0, 10_000, None)


@pytest.mark.parametrize(
    ("arch", "dataset", "title", "recipe"),
    [
        ("softmax", "mnist", "Train an MLP", "deep-mlp"),
        ("softmax", "digits", "Train an MLP", "deep-mlp"),
        ("softmax", "fashion-mnist", "Train an MLP", "fashion-mlp"),
        ("mlp", "mnist", "Train a CNN", "sprint"),
        ("numpy-mlp", "mnist", "Train a CNN", "sprint"),
        ("mlp-scratch", "fashion-mnist", "Train a CNN", "sprint"),
        ("sprint", "mnist", "Train the best CNN", "best"),
        ("cnn", "digits", "Train the best CNN", "best"),
        ("handwriting", "mnist", "Train the best CNN", "best"),
    ],
)
def test_the_next_step_is_a_better_network_on_the_same_images(arch, dataset, title, recipe):
    step = next_step(make_config(arch=arch, dataset=dataset, optimizer="sgd"))
    assert step == NextStep(title, recipe, dataset)
    assert step.config == RECIPES[recipe].config.replace(dataset=dataset)


def test_nothing_comes_after_the_best_network():
    assert next_step(make_config(arch="best")) is None
