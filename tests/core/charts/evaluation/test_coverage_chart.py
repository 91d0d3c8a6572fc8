"""Accuracy against coverage, as values and drawn."""

import numpy as np
import pytest

from core.charts.evaluation.coverage import MAX_POINTS, coverage_data, describe_coverage
from core.evaluation.samples import Samples
from core.uncertainty.abstention import abstain, coverage_curve
from pages.components.charts.evaluation.coverage import coverage_chart

N = 1000


@pytest.fixture
def samples():
    """The surest half of the predictions is right, of the others every second one."""
    confidence = np.linspace(1, 0.001, N)
    y_pred = np.where((np.arange(N) < N // 2) | (np.arange(N) % 2 == 0), 0, 1)
    return Samples(np.arange(N), np.zeros(N, int), y_pred, confidence, np.zeros(N))


def data_at(samples, threshold):
    return coverage_data(coverage_curve(samples), abstain(samples, threshold))


def test_the_curve_is_thinned_out_and_keeps_its_ends(samples):
    data = data_at(samples, 0.5)
    assert len(data.coverage) == len(data.accuracy) == len(data.hovers) <= MAX_POINTS
    # An accuracy of fewer than twenty images would jump.
    assert data.coverage[0] == 20 / N
    assert (data.coverage[-1], data.accuracy[-1]) == (1.0, 0.75)
    assert str(data.hovers[-1]) == "from 0.1% sure: 100.0% answered, 75.00% of them right"


def test_the_chosen_threshold_is_a_point_of_the_curve(samples):
    data = data_at(samples, 0.25)
    assert data.chosen == (pytest.approx(0.75, abs=0.002), pytest.approx(5 / 6, abs=0.002))
    assert str(describe_coverage(data)).startswith("Accuracy against coverage: 75.00% with every image answered, 83.")
    curve, point = coverage_chart(data).data
    assert (point.x[0], point.y[0]) == data.chosen
    assert list(curve.x) == list(data.coverage)


def test_where_nothing_is_kept_no_point_is_drawn(samples):
    data = data_at(samples, 1.1)
    assert data.chosen is None
    assert str(describe_coverage(data)).endswith("now none is")
    assert len(coverage_chart(data).data) == 1


def test_few_images_have_a_curve_too():
    few = Samples(np.arange(2), np.zeros(2, int), np.zeros(2, int), np.array([0.9, 0.8]), np.zeros(2))
    assert data_at(few, 0.5).coverage == (1.0,)
