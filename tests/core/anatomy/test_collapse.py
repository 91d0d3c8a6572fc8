"""Linear layers in a row are one."""

from itertools import pairwise

import numpy as np
import pytest

from core.anatomy.collapse import compare, merge, random_stack, run_stack
from core.anatomy.inside import collapse_network, look_inside
from core.charts.bends import bends_chart, bends_data
from core.learners.factory import create_learner
from tests.made import make_config, make_images


def inputs(count=64):
    return np.random.default_rng(0).standard_normal((count, 784), np.float32)


@pytest.mark.parametrize("sizes", [(784, 128, 10), (784, 64, 64, 64, 10), (784, 10)])
def test_a_stack_and_its_single_layer_agree(sizes):
    stack = random_stack(sizes, seed=1)
    found = compare(stack, inputs())
    assert found.sizes == sizes
    assert found.difference < 1e-5 < found.largest_output
    assert found.n_single == 7850
    assert found.n_stack == sum(a * b + b for a, b in pairwise(sizes))
    assert merge(stack).weight.shape == (10, 784)


@pytest.mark.parametrize(("width", "rank"), [(1, 1), (4, 4), (10, 10), (64, 10)])
def test_the_rank_is_at_most_the_narrowest_layer(width, rank):
    assert compare(random_stack((784, width, 10), seed=2), inputs()).rank == rank


def test_a_wrong_single_layer_would_be_noticed():
    stack = random_stack((784, 32, 10), seed=1)
    single = merge(stack)
    wrong = single._replace(bias=single.bias + 0.01)
    assert np.abs(run_stack(stack, inputs()) - wrong(inputs())).max() > 1e-3


@pytest.mark.parametrize(
    ("arch", "options", "sizes"),
    [
        ("mlp", {"hidden": (32, 16), "dropout": 0.5}, (784, 32, 16, 10)),
        ("mlp-scratch", {}, (784, 256, 10)),
        ("numpy-mlp", {"hidden": (32,)}, (784, 32, 10)),
        ("cnn", {}, (9216, 128, 10)),
        ("softmax", {}, (784, 10)),
    ],
)
def test_a_network_without_its_activations_is_one_layer(arch, options, sizes):
    images = make_images(130, 1)
    config = make_config(arch=arch, optimizer="sgd", options=options)
    found = collapse_network(config, None, images.images, images.labels)
    assert found.collapse.sizes == sizes
    assert found.collapse.difference < 1e-4
    # Without activations there is nothing to take out.
    assert (found.change < 1e-4) == (arch == "softmax")


def test_the_accuracies_are_those_of_both_networks():
    images = make_images(130, 1)
    # A hidden layer as wide as its input, so that the two could be taken for each other.
    config = make_config(arch="mlp", options={"hidden": (784,)}, scaling="unit")
    found = collapse_network(config, None, images.images, images.labels)
    answers = [look_inside(config, None, image).probabilities.argmax() for image in images.images]
    assert found.accuracy == pytest.approx((np.array(answers) == images.labels).mean())
    w1, b1, w2, b2 = create_learner(config).state_dict().values()
    hidden = (images.images.reshape(130, 784) / 255).astype(np.float32) @ w1.T + b1
    scores, linear_scores = np.maximum(hidden, 0) @ w2.T + b2, hidden @ w2.T + b2
    assert found.linear_accuracy == pytest.approx((linear_scores.argmax(1) == images.labels).mean())
    assert found.change == pytest.approx(np.abs(scores - linear_scores).max(), rel=1e-3)


def test_without_activations_the_curve_is_straight_and_with_them_it_bends():
    data = bends_data(4)
    bend = np.abs(np.diff(data.linear, 2)).max(), np.abs(np.diff(data.relu, 2)).max()
    assert bend[0] < 1e-5 < 1e-2 < bend[1]
    np.testing.assert_allclose(data.x, np.linspace(-4, 4, 161), atol=1e-6)
    option = bends_chart(data)
    assert [series["encode"]["y"] for series in option["series"]] == ["without", "with"]
    assert list(option["dataset"][0]["source"].columns) == ["x", "without", "with"]
