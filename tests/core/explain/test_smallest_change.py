"""The fewest pixels that turn a reading: what holds for every result, and where the best one is known."""

import numpy as np
import pytest
import torch

from core.errors import ExplanationError
from core.explain import smallest_change
from core.explain.ask import change_picture
from core.explain.change import MOST_PIXELS, SmallestChange
from core.explain.network import DifferentiableNetwork
from core.inference.networks import load_learner, predict_proba
from core.ink.rendering import picture_from_strokes
from core.learners.base import pixel_scaling
from core.learners.factory import create_learner
from core.runs.record import read_run
from core.settings import BUNDLED_RUNS
from core.storage.arrays import save_arrays
from tests.made import make_config, make_images

SEVEN = picture_from_strokes([np.array([(80.0, 70), (200, 70), (130, 240)])]).picture
CASES = [
    *[("torch-mlp", target) for target in range(10)],
    *[("fashion-softmax", target) for target in range(10)],
    *[("numpy-mlp", target) for target in (1, 9)],
    *[("cnn", target) for target in (1, 2)],
]


@pytest.fixture
def make_linear(store):
    """Makes the folder of a softmax regression with given weights (10, 784) and biases (10,)."""

    def make(weight, bias):
        record = store.create(make_config(scaling="unit"))
        names = sorted(create_learner(record.config).state_dict())
        save_arrays(record.weights_file, dict(zip(names, (np.float32(bias), np.float32(weight)), strict=True)))
        return record.path

    return make


@pytest.mark.parametrize(("name", "target"), CASES)
def test_the_change_makes_the_network_read_the_class_and_every_pixel_is_needed(name, target):
    run = BUNDLED_RUNS / name
    (before,) = predict_proba(run, SEVEN[None])
    change = change_picture(run, SEVEN, target)
    assert (len(change) == 0) == (before.argmax() == target)
    steps = np.array([change.apply(SEVEN, count) for count in range(len(change) + 1)])
    predicted = predict_proba(run, steps)
    np.testing.assert_allclose(change.probabilities, predicted, rtol=1e-3, atol=1e-6)
    assert predicted.argmax(1).tolist().index(target) == len(change), "only the last one turns it"
    without_one = np.repeat(change.apply(SEVEN)[None], len(change), axis=0)
    for place in range(len(change)):
        without_one[place, change.rows[place], change.columns[place]] = SEVEN[change.rows[place], change.columns[place]]
    assert (predict_proba(run, without_one).argmax(1) != target).all()


@pytest.mark.parametrize("name", ["torch-mlp", "cnn"])
def test_each_pixel_is_set_once_to_full_ink_or_paper(name):
    change = change_picture(BUNDLED_RUNS / name, SEVEN, 2)
    assert 0 < len(change) <= MOST_PIXELS
    assert set(change.inks.tolist()) <= {0, 255}
    changed = change.apply(SEVEN)
    assert changed.dtype == np.uint8
    assert (changed != SEVEN).sum() == len(change)
    assert (changed[change.rows, change.columns] == change.inks).all()
    assert change.probabilities.shape == (len(change) + 1, 10)


def test_the_search_is_repeatable_and_leaves_the_picture_alone():
    picture = SEVEN.copy()
    first, second = (change_picture(BUNDLED_RUNS / "torch-mlp", picture, 3) for _ in range(2))
    for name in ("rows", "columns", "inks", "probabilities"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    assert np.array_equal(picture, SEVEN)


@pytest.mark.parametrize("seed", range(5))
def test_between_two_classes_of_a_linear_network_it_is_the_smallest_there_is(make_linear, seed):
    random = np.random.default_rng(seed)
    weight = np.zeros((10, 784))
    weight[:2] = random.normal(size=(2, 784))
    picture = make_images(1, seed).images[0]
    ink = picture.ravel() / 255
    bias = np.full(10, -1e4)
    # The first class leads by 12.
    bias[:2] = 12 - weight[0] @ ink, -weight[1] @ ink
    slope = weight[1] - weight[0]
    gains = np.sort(np.maximum(slope * (1 - ink), -slope * ink))[::-1]
    fewest = int((np.cumsum(gains) < 12).sum()) + 1
    change = change_picture(make_linear(weight, bias), picture, 1)
    assert len(change) == fewest
    assert fewest > 2


def test_a_class_that_no_small_change_reaches_is_given_up(make_linear):
    weight = np.zeros((10, 784))
    weight[4] = 1.0
    bias = np.zeros(10)
    bias[4] = -MOST_PIXELS - 1
    blank = np.zeros((28, 28), np.uint8)
    assert change_picture(make_linear(weight, bias), blank, 4) is None
    bias[4] = -100
    assert len(change_picture(make_linear(weight, bias), blank, 4)) == 101


def test_a_network_that_looks_at_nothing_cannot_be_turned(make_linear):
    assert change_picture(make_linear(np.zeros((10, 784)), np.arange(10)), SEVEN, 4) is None


def test_an_unknown_class_is_refused():
    with pytest.raises(ExplanationError, match="no class 12; the classes are numbered 0 to 9"):
        change_picture(BUNDLED_RUNS / "torch-mlp", SEVEN, 12)


def test_what_is_not_needed_is_taken_back(monkeypatch):
    # Proposing carelessly, many pixels at a time, must not lengthen the result by what did not help.
    run = BUNDLED_RUNS / "torch-mlp"
    careful = change_picture(run, SEVEN, 9)
    monkeypatch.setattr(smallest_change, "_GROWTH", 1)
    assert len(change_picture(run, SEVEN, 9)) <= 2 * len(careful)


def test_what_is_needed_stays_in_the_order_in_which_it_was_found():
    run = BUNDLED_RUNS / "torch-mlp"
    network = DifferentiableNetwork(load_learner(run), *pixel_scaling(read_run(run).config))
    search = smallest_change._Search(network, SEVEN, 9)
    found = search.find()
    # Changes that help nothing, put between those that do.
    idle = smallest_change._Changes(torch.arange(5), torch.zeros(5))
    needed = search.prune(found[:3] + idle + found[3:]).pixels.tolist()
    order = found.pixels.tolist()
    assert len(needed) > 3
    assert needed == [pixel for pixel in order if pixel in needed]


def test_changes_are_applied_in_their_order():
    arrays = (np.array([0, 1, 2]), np.array([5, 6, 7]), np.array([255, 0, 255], np.uint8))
    change = SmallestChange(*arrays, np.zeros((4, 10), np.float32))
    paper = np.full((28, 28), 9, np.uint8)
    assert (change.apply(paper, 0) == 9).all()
    assert change.apply(paper, 2)[[0, 1, 2], [5, 6, 7]].tolist() == [255, 0, 9]
    assert change.apply(paper)[2, 7] == 255
