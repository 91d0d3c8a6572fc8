import numpy as np
import pytest

from core.charts.evaluation.reliability import describe_reliability, reliability_data
from core.uncertainty.fitting import Sample, check
from pages.components.charts.evaluation.reliability import reliability_chart


@pytest.fixture
def measured():
    # Nine images called 90 % of which six are right, and one called 55 % that is right.
    probabilities = np.array([[0.9, 0.1]] * 9 + [[0.45, 0.55]], np.float32)
    labels = np.array([0] * 6 + [1] * 4)
    return check(Sample("made images", probabilities, labels), 2.0, 0.05)


@pytest.fixture
def data(measured):
    return reliability_data(measured)


def test_only_bins_with_images_are_points(data):
    assert data.raw.confidence == pytest.approx((0.55, 0.9))
    assert data.raw.accuracy == pytest.approx((1, 2 / 3))
    assert data.raw.counts == (1, 9)
    assert tuple(map(str, data.raw.hovers)) == (
        "1 image: 55.0% sure, 100.0% right",
        "9 images: 90.0% sure, 66.7% right",
    )


@pytest.mark.parametrize(("given", "is_calibrated"), [((), True), ((True,), True), ((False,), False)])
def test_the_chart_says_whether_the_network_is_calibrated(measured, given, is_calibrated):
    words = str(describe_reliability(measured, *given))
    assert words.startswith("Reliability diagram of 10 images: expected calibration error ")
    assert words.endswith("not calibrated") != is_calibrated
    assert (reliability_data(measured, *given).calibrated is not None) == is_calibrated


def test_calibrated_points_are_less_sure_and_as_often_right(data):
    # At temperature 2, 0.9 becomes 3 / 4.
    assert data.calibrated.confidence[1] == pytest.approx(0.75)
    assert data.calibrated.accuracy[1] == pytest.approx(2 / 3)


def test_the_chart_shows_the_diagonal_and_both_curves(data):
    diagonal, raw, calibrated = reliability_chart(data).data
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]
    assert [trace.name for trace in (raw, calibrated)] == ["Raw", "Calibrated"]
    assert list(raw.y) == list(data.raw.accuracy)
    assert raw.marker.size[1] > raw.marker.size[0]
