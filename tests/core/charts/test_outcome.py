"""What a finished run came to, as values."""

import numpy as np
import pytest

from core.charts.outcome import Confusion, NextStep, Outcome, next_step, outcome
from core.sweep.estimate import speed_of_similar
from tests.made import make_config
from tests.pages.made_runs import make_result, make_run


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
    ("arch", "dataset", "title", "address"),
    [
        ("softmax", "mnist", "Train an MLP", {"recipe": "deep-mlp"}),
        ("softmax", "digits", "Train an MLP", {"recipe": "deep-mlp", "dataset": "digits"}),
        ("softmax", "fashion-mnist", "Train an MLP", {"recipe": "fashion-mlp"}),
        ("mlp", "mnist", "Train a CNN", {"recipe": "sprint"}),
        ("numpy-mlp", "mnist", "Train a CNN", {"recipe": "sprint"}),
        ("mlp-scratch", "fashion-mnist", "Train a CNN", {"recipe": "sprint", "dataset": "fashion-mnist"}),
        ("sprint", "mnist", "Train the best CNN", {"recipe": "best"}),
        ("cnn", "digits", "Train the best CNN", {"recipe": "best", "dataset": "digits"}),
        ("handwriting", "mnist", "Train the best CNN", {"recipe": "best"}),
    ],
)
def test_the_next_step_is_a_better_network_on_the_same_images(arch, dataset, title, address):
    assert next_step(make_config(arch=arch, dataset=dataset, optimizer="sgd"), []) == NextStep(title, address, None)


def test_nothing_comes_after_the_best_network():
    assert next_step(make_config(arch="best"), []) is None


def test_the_next_step_s_time_is_that_of_finished_runs_of_its_kind(store):
    run = make_run(store, "a", arch="sprint", epochs=1, batch_size=64, result=make_result(seconds=20.0))
    others = [make_run(store, "b", arch="softmax", result=make_result(seconds=1.0))]
    step = next_step(make_config(arch="mlp"), [run, *others])
    # Two epochs of the recipe, against one, on nearly the same images.
    assert step.seconds == pytest.approx(40.0, rel=0.2)
    mnist = next_step(make_config(arch="mlp", dataset="mnist"), [run])
    assert mnist.seconds > 30 * step.seconds
    assert speed_of_similar([run], "sprint") is not None
