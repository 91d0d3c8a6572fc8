"""A network that may abstain."""

import numpy as np
import pytest

from core.evaluation.samples import Samples
from core.uncertainty.abstention import abstain, coverage_curve


def make(confidence, right):
    n = len(confidence)
    y_pred = np.where(right, 0, 1)
    return Samples(np.arange(n), np.zeros(n, int), y_pred, np.array(confidence, float), np.zeros(n))


SAMPLES = make([0.9, 0.5, 0.99, 0.7, 0.7], [True, False, True, False, True])


def test_what_is_less_sure_than_the_threshold_is_refused_the_least_sure_first():
    found = abstain(SAMPLES, 0.9)
    assert found.kept.index.tolist() == [0, 2]
    assert found.refused.index.tolist() == [1, 3, 4]
    assert (found.coverage, found.accuracy) == (0.4, 1.0)


def test_without_a_threshold_every_image_is_answered():
    found = abstain(SAMPLES, 0.0)
    assert (found.coverage, found.accuracy) == (1.0, 0.6)
    assert not len(found.refused)


def test_where_nothing_is_kept_there_is_no_accuracy():
    found = abstain(SAMPLES, 1.0)
    assert (found.coverage, found.accuracy) == (0.0, None)


def test_the_curve_has_a_point_for_each_confidence_that_occurs():
    curve = coverage_curve(SAMPLES)
    assert curve.threshold.tolist() == [0.99, 0.9, 0.7, 0.5]
    assert curve.coverage.tolist() == [0.2, 0.4, 0.8, 1.0]
    assert curve.accuracy == pytest.approx([1, 1, 0.75, 0.6])


def test_the_curve_agrees_with_each_of_its_thresholds():
    random = np.random.default_rng(1)
    samples = make(np.round(random.random(200), 2), random.random(200) < 0.8)
    curve = coverage_curve(samples)
    for threshold, coverage, accuracy in zip(curve.threshold, curve.coverage, curve.accuracy, strict=True):
        found = abstain(samples, threshold)
        assert (found.coverage, found.accuracy) == (pytest.approx(coverage), pytest.approx(accuracy))
