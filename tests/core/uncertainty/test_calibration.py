"""Temperatures, reliability and prediction sets, on made probabilities whose truth is known."""

import json
import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from core.errors import RunError
from core.texts.message import message
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
    return Sample(message("made images"), softmax(logits * temperature), labels)


def tempered(sample, temperature):
    """Probabilities at a temperature, by powers: p ** (1 / T), brought to a sum of 1."""
    powers = sample.probabilities.astype(np.float64) ** (1 / temperature)
    return powers / powers.sum(1, keepdims=True)


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


def test_the_fit_has_the_smallest_cross_entropy():
    sample = make_sample(300, 2.0, seed=3)

    def loss(temperature):
        return log_loss(sample.labels, tempered(sample, temperature))

    best = minimize_scalar(loss, bounds=(0.5, 50), options={"xatol": 1e-8}).x
    assert fit_temperature(sample.probabilities, sample.labels) == pytest.approx(best, rel=1e-4)


def test_a_network_without_mistakes_is_not_called_certain():
    sample = make_sample(200)
    labels = sample.probabilities.argmax(1)
    assert fit_temperature(sample.probabilities, labels) == pytest.approx(0.5)


def test_a_network_that_knows_nothing_is_made_as_flat_as_allowed():
    sample = make_sample(200)
    labels = np.resize(np.arange(10), 200)
    assert fit_temperature(sample.probabilities, labels) == pytest.approx(50)


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


def test_the_calibration_error_of_one_image_and_of_none():
    one = np.zeros((15, 3))
    one[8] = 1, 0.55, 1
    assert expected_calibration_error(one) == pytest.approx(0.45)
    assert expected_calibration_error(np.zeros((15, 3))) == 0


def assert_bins(bins, labels, shares):
    """The filled bins are scikit-learn's, and as full as they should be."""
    counts, confidence, accuracy = np.array(bins).T
    right, highest = shares.argmax(1) == labels, shares.max(1)
    expected = calibration_curve(right, highest, n_bins=15)
    np.testing.assert_allclose((accuracy[counts > 0], confidence[counts > 0]), expected, rtol=1e-5)
    np.testing.assert_array_equal(counts, np.histogram(highest, bins=15, range=(0, 1))[0])


def test_a_check_says_of_other_images_what_scikit_learn_says(weights):
    sample = make_sample(400, 3.0, seed=2)
    calibration = fit(weights, [make_sample(1000, 3.0)], [sample])
    (check,) = calibration.checks
    raw, calibrated = tempered(sample, 1.0), tempered(sample, calibration.temperature)
    assert (str(check.words), check.n) == ("made images", 400)
    assert (check.raw_loss, check.loss) == pytest.approx(
        (log_loss(sample.labels, raw), log_loss(sample.labels, calibrated)), rel=1e-4
    )
    assert_bins(check.raw_bins, sample.labels, raw)
    assert_bins(check.bins, sample.labels, calibrated)
    for error, bins in ((check.raw_error, check.raw_bins), (check.error, check.bins)):
        by_hand = sum(count / 400 * abs(confidence - accuracy) for count, confidence, accuracy in bins)
        assert error == pytest.approx(by_hand)
    is_named = calibrated >= calibration.threshold
    is_named[np.arange(400), calibrated.argmax(1)] = True
    assert check.coverage == np.mean(is_named[np.arange(400), sample.labels])
    assert check.set_size == np.mean(is_named.sum(1)) > 1


def test_fitting_takes_the_calibration_error_away(weights):
    (check,) = fit(weights, [make_sample(5000, 3.0)], [make_sample(5000, 3.0, seed=2)]).checks
    assert check.loss < check.raw_loss
    assert check.error < check.raw_error / 3


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
    assert prediction_sets(np.array([[0.1, 0.4, 0.1, 0.4]], np.float32), 0.1) == [(1, 3, 0, 2)]


def test_the_promise_holds_for_each_sample(weights):
    easy, hard = make_sample(1000, spread=20.0), make_sample(1000, spread=2.0)
    both = fit(weights, [easy, hard], [])
    assert both.n == 2000
    assert str(both.words) == "made images and made images"
    thresholds = [_own_threshold(sample, both.temperature) for sample in (easy, hard)]
    assert both.threshold == pytest.approx(min(thresholds), rel=1e-4)
    assert thresholds[1] < thresholds[0] / 2


def _own_threshold(sample, temperature):
    """The 10th smallest probability of a true class among 1,000, or 0.05 where that is smaller."""
    return min(np.sort(tempered(sample, temperature)[np.arange(1000), sample.labels])[9], 0.05)


def test_too_few_images_give_no_set(weights):
    calibration = fit(weights, [make_sample(1000), make_sample(50)], [make_sample(100)])
    assert calibration.threshold is None
    assert calibration.checks[0].coverage is None


def test_a_calibration_is_read_as_it_was_written(weights):
    calibration = fit(weights, [make_sample(500)], [make_sample(200, seed=2)])
    write_calibration(weights.parent, calibration)
    found = read_calibration(weights.parent)
    exact = replace(calibration, temperature=found.temperature, threshold=found.threshold, checks=found.checks)
    assert found == exact
    assert (found.temperature, found.threshold) == pytest.approx((calibration.temperature, calibration.threshold))
    for name, value in asdict(calibration.checks[0]).items():
        if name != "words":
            np.testing.assert_allclose(getattr(found.checks[0], name), value, rtol=1e-6)
    assert belongs(found, weights)
    weights.write_bytes(b"other.weigh")
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


@pytest.mark.parametrize("part", [lambda bins: bins, lambda bins: bins[3]])
def test_bins_of_another_shape_are_refused(weights, part):
    write_calibration(weights.parent, fit(weights, [make_sample(500)], [make_sample(200)]))
    path = weights.parent / "calibration.json"
    values = json.loads(path.read_text())
    part(values["checks"][0]["bins"]).pop()
    path.write_text(json.dumps(values))
    with pytest.raises(RunError, match="15 bins of 3 numbers"):
        read_calibration(weights.parent)
