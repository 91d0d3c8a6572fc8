"""How far chance may reach in a calibration error."""

import numpy as np

from core.uncertainty.intervals import Interval, error_interval, error_intervals
from core.uncertainty.temperature import apply_temperature, expected_calibration_error, reliability_bins


def draw(count, seed, excess=0.0):
    """Predictions between two classes, as sure as they are right, or surer by `excess`."""
    random = np.random.default_rng(seed)
    confidence = random.uniform(0.6, 0.95, count)
    labels = (random.random(count) >= confidence).astype(np.int64)
    stated = np.minimum(confidence + excess, 0.999)
    return np.column_stack([stated, 1 - stated]).astype(np.float32), labels


def test_the_interval_is_about_the_error_and_narrows_with_more_images():
    widths = []
    for count in (500, 8000):
        probabilities, labels = draw(count, 1, excess=0.1)
        error = expected_calibration_error(reliability_bins(probabilities, labels))
        interval = error_interval(probabilities, labels)
        assert interval.low < error < interval.high
        widths.append(interval.high - interval.low)
    assert widths[1] < widths[0] / 3


def test_the_true_error_is_within_nearly_always():
    # All within 0.6 to 0.85 are 0.1 too sure, so that is the true error.
    true, within = 0.1, 0
    for seed in range(20):
        probabilities, labels = draw(2000, seed, excess=0.1)
        sure = probabilities[:, 0] < 0.95
        interval = error_interval(probabilities[sure], labels[sure])
        within += interval.low <= true <= interval.high
    assert within >= 17


def test_raw_and_calibrated_probabilities_have_an_interval_each():
    probabilities, labels = draw(1000, 2, excess=0.05)
    raw, calibrated = error_intervals(probabilities, labels, 1.5)
    assert raw == error_interval(probabilities, labels)
    assert calibrated == error_interval(apply_temperature(probabilities, 1.5), labels)


def test_an_error_cannot_be_below_zero():
    probabilities = np.tile(np.array([[1.0, 0.0]], np.float32), (50, 1))
    assert error_interval(probabilities, np.zeros(50, np.int64)) == Interval(0.0, 0.0)
    # Of well calibrated probabilities the basic interval would begin below 0.
    lows = [error_interval(*draw(300, seed)).low for seed in range(5)]
    assert min(lows) == 0.0
