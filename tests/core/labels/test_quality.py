"""Which labels predictions speak against."""

import numpy as np
import pytest

from core.dynamics.examples import summarize_examples
from core.labels.quality import label_quality, rank_by_dynamics
from core.training.epoch_record import EpochRecord

N, FLIPS = 500, 10


@pytest.fixture
def sure():
    """True classes, and the probabilities of a network that is 90 % sure of each and right about all."""
    truth = np.arange(N) % 10
    probabilities = np.full((N, 10), 0.1 / 9, np.float32)
    probabilities[np.arange(N), truth] = 0.9
    return truth, probabilities


@pytest.fixture
def flipped(sure):
    labels, places = sure[0].copy(), np.random.default_rng(3).choice(N, FLIPS, replace=False)
    labels[places] = (labels[places] + 1) % 10
    return labels, set(places.tolist())


def test_flipped_labels_come_first_and_are_taken_for_wrong(sure, flipped):
    labels, places = flipped
    quality = label_quality(labels, sure[1])
    assert set(quality.ranking()[:FLIPS].tolist()) == places
    assert set(np.flatnonzero(quality.is_issue).tolist()) == places


def test_the_score_is_the_probability_of_the_label(sure, flipped):
    labels, _ = flipped
    scores = label_quality(labels, sure[1]).scores
    assert scores.dtype == np.float64
    assert scores == pytest.approx(sure[1][np.arange(N), labels])


def test_where_all_labels_are_predicted_none_is_taken_for_wrong(sure):
    quality = label_quality(*sure)
    assert not quality.is_issue.any()
    # Equal scores keep their order.
    assert quality.ranking().tolist() == list(range(N))


def test_training_images_are_ranked_by_the_mean_probability_of_their_label():
    nan = np.nan
    epochs = [np.array([0.9, 0.2, nan, 0.5, 0.5]), np.array([0.9, 0.4, nan, 0.5, nan])]
    records = [
        EpochRecord(number, values.astype(np.float16), values > 0.5) for number, values in enumerate(epochs, start=1)
    ]
    # Means of 0.9, 0.3, none, 0.5 and 0.5: the equal ones keep their order, and the one without a figure is left out.
    assert rank_by_dynamics(summarize_examples(records)).tolist() == [1, 3, 4, 0]
