"""Accuracy with and without the images whose labels were judged wrong."""

import numpy as np

from core.evaluation.samples import make_samples
from core.labels.accuracy import Counts, accuracy_without


def make(labels, predicted):
    return make_samples(np.array(labels), np.eye(10, dtype=np.float32)[predicted])


def test_images_judged_wrong_are_counted_apart():
    samples = make([0, 1, 2, 3, 4], [0, 1, 2, 3, 9])
    found = accuracy_without(samples, {4, 0})
    assert found.whole == Counts(5, 4)
    # One that the network contradicts, one with whose label it agrees.
    assert found.wrong == Counts(2, 1)
    assert found.rest == Counts(3, 3)
    assert (found.whole.accuracy, found.rest.accuracy) == (0.8, 1.0)


def test_without_verdicts_the_accuracy_is_that_of_all_images():
    found = accuracy_without(make([0, 1], [0, 2]), frozenset())
    assert found.rest == found.whole == Counts(2, 1)


def test_where_no_image_is_left_there_is_no_accuracy():
    assert accuracy_without(make([0], [0]), {0}).rest.accuracy == 0
