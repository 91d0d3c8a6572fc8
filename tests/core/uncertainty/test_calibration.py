"""Temperatures, reliability and prediction sets, on made probabilities whose truth is known."""

import json
import math

import numpy as np
import pytest

from core.errors import RunError
from core.uncertainty.conformal import conformal_threshold, prediction_sets
from core.uncertainty.fitting import Sample, fit
from core.uncertainty.record import belongs, read_calibration, write_calibration
from core.uncertainty.temperature import (
    apply_temperature,
    expected_calibration_error,
    fit_temperature,
    reliability_bins,
)


def softmax(logits):
    shares = np.exp(logits - logits.max(1, keepdims=True))
    return (shares / shares.sum(1, keepdims=True)).astype(np.float32)


def make_sample(count, temperature=1.0, seed=1, spread=4.0):
    """Probabilities that are `temperature` times too sure, and labels drawn from what they should be."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, spread, (count, 10))
    true = softmax(logits).astype(np.float64)
    labels = (true.cumsum(1) < random.random((count, 1))).sum(1).clip(0, 9)
    return Sample("made images", softmax(logits * temperature), labels)


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "run" / "weights.safetensors"
    path.parent.mkdir()
    path.write_bytes(b"the weights")
    return path


@pytest.mark.parametrize("temperature", [0.6, 1.0, 2.5])
def test_the_fit_recovers_by_how_much_logits_were_scaled(temperature):
    sample = make_sample(20_000, temperature)
    assert fit_temperature(sample.probabilities, sample.labels) == pytest.approx(temperature, rel=0.05)


def test_a_network_without_mistakes_is_not_called_certain():
    sample = make_sample(200)
    labels = sample.probabilities.argmax(1)
    assert fit_temperature(sample.probabilities, labels) == pytest.approx(0.5)


def test_temperature_divides_the_logits():
    logits = np.array([[0.0, 1.0, 4.0], [-80.0, 0.0, 0.0]])
    np.testing.assert_allclose(apply_temperature(softmax(logits), 2.0), softmax(logits / 2), rtol=1e-5)


def test_probabilities_that_float32_rounds_to_nothing_stay_finite():
    (row,) = apply_temperature(np.array([[1, 0, 0]], np.float32), 50.0)
    assert np.isfinite(row).all()
    assert row.argmax() == 0
    assert row.sum() == pytest.approx(1)


def test_calibration_error_of_known_bins():
    # Four images at 0.9, half of them right; one at 0.55, right.
    probabilities = np.array([[0.9, 0.1]] * 4 + [[0.45, 0.55]], np.float32)
    bins = reliability_bins(probabilities, np.array([0, 0, 1, 1, 1]))
    assert bins[13].tolist() == pytest.approx([4, 0.9, 0.5])
    assert bins[8].tolist() == pytest.approx([1, 0.55, 1])
    assert bins[:, 0].sum() == 5
    assert expected_calibration_error(bins) == pytest.approx(0.8 * 0.4 + 0.2 * 0.45)


def test_fitting_takes_the_calibration_error_away(weights):
    calibration = fit(weights, [make_sample(5000, 3.0)], [make_sample(5000, 3.0, seed=2)])
    (check,) = calibration.checks
    assert check.loss < check.raw_loss
    assert check.raw_error > 0.1
    assert check.error < 0.02


def test_the_threshold_is_the_right_order_statistic():
    # Of 9 scores at level 0.8, the ⌊10 · 0.2⌋ = 2nd smallest; at level 0.95 there is none.
    own = np.arange(1, 10) / 100
    assert conformal_threshold(own, 0.8) == 0.02
    assert conformal_threshold(own, 0.9) == 0.01
    assert conformal_threshold(own, 0.95) is None
    assert conformal_threshold(np.linspace(0.5, 1, 500)) == 0.05


def test_ninety_nine_images_are_enough_for_99_percent():
    assert conformal_threshold(np.full(98, 0.03)) is None
    assert conformal_threshold(np.full(99, 0.03)) == 0.03


def test_sets_hold_the_true_class_as_often_as_promised():
    coverage = []
    for seed in range(20):
        known, new = make_sample(1000, seed=seed), make_sample(2000, seed=100 + seed)
        threshold = conformal_threshold(known.probabilities[np.arange(1000), known.labels])
        sets = prediction_sets(new.probabilities, threshold)
        coverage.append(np.mean([label in likely for label, likely in zip(new.labels, sets, strict=True)]))
    # The mean's deviation is about 0.001.
    assert 0.987 < np.mean(coverage) < 0.994


def test_a_set_has_the_likeliest_class_first_and_is_never_empty():
    probabilities = np.array([[0.2, 0.5, 0.3], [0.4, 0.35, 0.25]], np.float32)
    assert prediction_sets(probabilities, 0.3) == [(1, 2), (0, 1)]
    assert prediction_sets(probabilities, 0.9) == [(1,), (0,)]


def test_the_promise_holds_for_each_sample(weights):
    easy, hard = make_sample(1000, spread=20.0), make_sample(1000, spread=2.0)
    both = fit(weights, [easy, hard], [])
    assert both.n == 2000
    assert both.words == "made images and made images"
    assert both.threshold < fit(weights, [easy], []).threshold


def test_too_few_images_give_no_set(weights):
    calibration = fit(weights, [make_sample(1000), make_sample(50)], [make_sample(100)])
    assert calibration.threshold is None
    assert calibration.checks[0].coverage is None


def test_a_calibration_is_read_as_it_was_written(weights):
    calibration = fit(weights, [make_sample(500)], [make_sample(200, seed=2)])
    write_calibration(weights.parent, calibration)
    found = read_calibration(weights.parent)
    assert found.temperature == pytest.approx(calibration.temperature)
    assert found.checks[0].bins[14] == pytest.approx(calibration.checks[0].bins[14])
    assert belongs(found, weights)
    weights.write_bytes(b"other weights")
    assert not belongs(found, weights)


def test_a_run_without_calibration_has_none(weights):
    assert read_calibration(weights.parent) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"temperature": -1.0}, "temperature is -1"),
        ({"temperature": math.nan}, "nan"),
        ({"temperature": "hot"}, "'hot' is not of type float"),
        ({"threshold": 2.0}, "threshold is 2"),
        ({"checks": 5}, "not iterable"),
        ({"checks": [{"n": 1}]}, "Check"),
        ({"colour": "red"}, "colour"),
        (None, "calibration.json is not a calibration"),
    ],
)
def test_a_damaged_calibration_is_refused_with_its_reason(weights, change, reason):
    write_calibration(weights.parent, fit(weights, [make_sample(500)], [make_sample(200)]))
    path = weights.parent / "calibration.json"
    path.write_text("{" if change is None else json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(RunError, match=r"run/calibration\.json is not a calibration") as error:
        read_calibration(weights.parent)
    assert reason in str(error.value)


def test_bins_of_another_shape_are_refused(weights):
    write_calibration(weights.parent, fit(weights, [make_sample(500)], [make_sample(200)]))
    path = weights.parent / "calibration.json"
    values = json.loads(path.read_text())
    values["checks"][0]["bins"].pop()
    path.write_text(json.dumps(values))
    with pytest.raises(RunError, match="15 bins of 3 numbers"):
        read_calibration(weights.parent)
