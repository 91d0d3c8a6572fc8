"""A contest between a reader and a network."""

import numpy as np
import pytest

from core.evaluation.contest import ROUND, make_contest
from core.evaluation.samples import make_samples


@pytest.fixture
def samples():
    """25 images; image i is of class i % 10, taken for the next class where i is odd, the surer the larger i is."""
    y_true = np.arange(25) % 10
    y_pred = (y_true + np.arange(25) % 2) % 10
    confidence = np.linspace(0.3, 0.99, 25)
    probabilities = np.repeat((1 - confidence[:, None]) / 9, 10, axis=1)
    probabilities[np.arange(25), y_pred] = confidence
    return make_samples(y_true, probabilities)


def test_a_round_has_the_images_of_which_the_network_is_least_sure(samples):
    assert sorted(make_contest(samples, 0).samples.index) == list(range(10))
    assert sorted(make_contest(samples, 1).samples.index) == list(range(10, 20))
    # There is no third whole round.
    assert sorted(make_contest(samples, 2).samples.index) == list(range(10))


def test_the_order_does_not_tell_how_hard_an_image_is_and_stays(samples):
    order = make_contest(samples, 0).samples.index.tolist()
    assert order != sorted(order)
    assert make_contest(samples, 0, (1, 2)).samples.index.tolist() == order


def test_both_are_counted_over_the_images_that_are_answered(samples):
    drawn = make_contest(samples, 0).samples
    # The reader is right about the first image and wrong about the second.
    answers = (int(drawn.y_true[0]), int(drawn.y_true[1] + 1) % 10)
    contest = make_contest(samples, 0, answers)
    assert contest.reader_right == (True, False)
    assert contest.network_right == tuple(index % 2 == 0 for index in drawn.index[:2].tolist())
    assert not contest.is_over


def test_a_round_is_over_after_ten_answers(samples):
    assert not make_contest(samples, 0, (0,) * (ROUND - 1)).is_over
    assert make_contest(samples, 0, (0,) * ROUND).is_over
