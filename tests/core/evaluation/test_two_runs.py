"""Two networks, image by image."""

import numpy as np
import pytest

from core.evaluation.samples import make_samples
from core.evaluation.two_runs import GROUPS, TwoRuns, counts_of_groups, wrong_answers
from core.metrics.classification import count_confusion
from core.metrics.intervals import wilson_interval

LABELS = np.array([0, 0, 1, 1, 2, 2, 2])
A = np.array([0, 1, 1, 1, 0, 2, 0])
B = np.array([0, 0, 1, 0, 0, 1, 1])


def answers(y_pred, sure=0.8):
    probabilities = np.full((len(y_pred), 3), (1 - sure) / 2, np.float32)
    probabilities[np.arange(len(y_pred)), y_pred] = sure
    return probabilities


@pytest.fixture
def two():
    return TwoRuns(make_samples(LABELS, answers(A), 3), make_samples(LABELS, answers(B), 3))


def test_each_image_that_a_network_misreads_is_in_one_group(two):
    assert [np.flatnonzero(two.group(group)).tolist() for group in GROUPS] == [[3, 5], [1], [4, 6]]
    assert sum(two.group(group).astype(int) for group in GROUPS).tolist() == ((A != LABELS) | (B != LABELS)).tolist()


def test_a_cell_holds_the_images_that_either_network_puts_there(two):
    assert np.flatnonzero(two.select(2, 1)).tolist() == [5, 6]
    assert np.flatnonzero(two.select(2, 0)).tolist() == [4, 6]
    assert np.flatnonzero(two.select(2, 2)).tolist() == [5]
    assert np.flatnonzero(two.select(y_true=2)).tolist() == [4, 5, 6]
    assert np.flatnonzero(two.select(y_pred=1)).tolist() == [1, 2, 3, 5, 6]
    counts = counts_of_groups(two, two.select(2, 1))
    assert counts == {"only_a": 1, "only_b": 0, "both_wrong": 1}


def test_the_answers_shown_are_the_wrong_ones(two):
    for group, wrong in zip(GROUPS, (B, A, A), strict=True):
        shown = wrong_answers(two, group, two.select())
        assert shown.y_pred.tolist() == wrong[shown.index].tolist()
        assert (shown.y_pred != shown.y_true).all()
    assert wrong_answers(two, "both_wrong", two.select(2, 1)).index.tolist() == [6]


def test_the_worst_of_a_group_comes_first():
    unsure, sure = answers(B), answers(B, sure=0.9)
    two = TwoRuns(make_samples(LABELS, answers(A), 3), make_samples(LABELS, np.vstack([unsure[:5], sure[5:]]), 3))
    assert wrong_answers(two, "only_a", two.select()).index.tolist() == [5, 3]


def test_figures_of_both(two):
    a, b = two.accuracies()
    assert (a.right, b.right, a.n) == (4, 3, 7)
    assert a.share == 4 / 7
    assert a.interval == wilson_interval(4, 7)
    test = two.test()
    assert (test.only_a, test.only_b, test.p_value) == (2, 1, 1.0)
    for counts, y_pred in zip(two.confusions(3), (A, B), strict=True):
        assert np.array_equal(counts, count_confusion(LABELS, y_pred, 3))
