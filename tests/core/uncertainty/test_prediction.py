"""What a trained network reads, with what is known of how sure that is."""

import json
import shutil

import numpy as np
import pytest

from core.data.datasets import load_split
from core.errors import RunBusy, RunError
from core.execution.train_run import train_run
from core.inference.networks import predict_proba
from core.runs.record import FINISHED
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS
from core.steps import finish
from core.storage.locks import hold_as_worker
from core.uncertainty.calibrate_run import calibrate_run
from core.uncertainty.detector import detector_result, digit_shares
from core.uncertainty.prediction import Prediction, predict_pictures, usable_calibration
from core.uncertainty.record import read_calibration
from core.uncertainty.temperature import apply_temperature
from tests.made import make_config, make_images

PICTURES = make_images(12, 5).images


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a run on the embedded digits with enough validation images for a set at 99 %."""
    store = RunStore(tmp_path_factory.mktemp("trained"))
    record = store.create(make_config(epochs=2, val_fraction=0.2), "Small")
    assert train_run(record, store.root).status == FINISHED
    return record.path


@pytest.fixture
def run(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "run")


def damage(run, **changes):
    path = run / "calibration.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_run_is_calibrated_when_it_ends(run):
    calibration, problem = usable_calibration(run)
    assert not problem
    assert calibration.n == 287
    assert str(calibration.words) == "287 validation images of Digits (embedded)"
    (check,) = calibration.checks
    test = load_split("digits", run, "test")
    shares = apply_temperature(predict_proba(run, test.images), calibration.temperature)
    is_named = (shares >= calibration.threshold) | (shares == shares.max(1, keepdims=True))
    assert check.n == 360
    expected = np.mean(is_named[np.arange(360), test.labels]), np.mean(is_named.sum(1))
    assert (check.coverage, check.set_size) == pytest.approx(expected)


def test_readings_are_calibrated(run):
    raw = predict_proba(run, PICTURES)
    calibration = read_calibration(run)
    readings = predict_pictures(run, PICTURES)
    assert len(readings) == 12
    np.testing.assert_array_equal([reading.raw for reading in readings], raw)
    np.testing.assert_allclose(
        [reading.probabilities for reading in readings], apply_temperature(raw, calibration.temperature)
    )
    for reading in readings:
        assert reading.best == reading.likely[0] == reading.raw.argmax()
        likely = set(np.flatnonzero(reading.probabilities >= calibration.threshold)) | {reading.best}
        assert set(reading.likely) == likely
        assert 0 <= reading.digit_share <= 1


def test_only_where_digits_are_read_is_it_asked_whether_there_is_one(run):
    for reading, share in zip(predict_pictures(run, PICTURES), digit_shares(PICTURES), strict=True):
        assert (reading.digit_share, reading.digit_threshold) == (share, detector_result().threshold)
    for reading in predict_pictures(BUNDLED_RUNS / "fashion-softmax", PICTURES):
        assert (reading.digit_share, reading.digit_threshold) == (None, 0.0)
        assert reading.verdict == "digit"
        assert reading.class_names[1] == "Trouser"


def test_a_run_trained_on_all_images_is_read_as_it_is(run):
    (run / "calibration.json").unlink()
    (reading, *_) = predict_pictures(run, PICTURES)
    assert reading.temperature is None
    assert "not been calibrated" in str(reading.problem)
    np.testing.assert_array_equal(reading.probabilities, reading.raw)
    assert reading.likely == (reading.best,)


def test_a_damaged_calibration_is_named_and_the_reading_goes_on(run):
    damage(run, temperature=-3.0)
    (reading, *_) = predict_pictures(run, PICTURES)
    assert "run/calibration.json is not a calibration: temperature is -3" in str(reading.problem)
    np.testing.assert_array_equal(reading.probabilities, reading.raw)


def test_a_calibration_of_other_weights_does_not_count(run):
    damage(run, weights="0" * 16)
    calibration, problem = usable_calibration(run)
    assert calibration is None
    assert "trained further" in str(problem)


def test_a_run_can_be_calibrated_later(run, tmp_path):
    before = read_calibration(run)
    (run / "calibration.json").unlink()
    assert usable_calibration(run)[0] is None
    assert finish(calibrate_run(run, tmp_path)).temperature == pytest.approx(before.temperature)
    after = usable_calibration(run)[0]
    assert (after.n, after.words, after.threshold) == (287, before.words, pytest.approx(before.threshold))
    (found,), (expected,) = after.checks, before.checks
    assert (found.words, found.n) == (expected.words, expected.n)
    for name in ("raw_loss", "loss", "raw_error", "error", "coverage", "set_size"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)), name


@pytest.mark.usefixtures("no_patience")
def test_while_a_run_is_trained_it_is_not_calibrated(run, tmp_path):
    with hold_as_worker(run), pytest.raises(RunBusy):
        finish(calibrate_run(run, tmp_path))


def test_without_validation_images_there_is_nothing_to_calibrate_on(store, tmp_path):
    record = store.create(make_config(epochs=1, val_fraction=0), "All")
    assert train_run(record, tmp_path).status == FINISHED
    assert not (record.path / "calibration.json").exists()
    with pytest.raises(RunError, match="“All” was trained on all images"):
        finish(calibrate_run(record.path, tmp_path))


@pytest.mark.parametrize(
    ("likely", "share", "verdict"),
    [
        ((4,), 0.9, "digit"),
        ((4,), 0.5, "digit"),
        ((4, 9), 0.9, "unsure"),
        ((4, 9), 0.1, "none"),
        ((4,), 0.1, "none"),
        ((4,), None, "digit"),
    ],
)
def test_the_verdict(likely, share, verdict):
    values = np.full(10, 0.1, np.float32)
    names = tuple("0123456789")
    assert Prediction(names, values, values, likely, digit_share=share, digit_threshold=0.5).verdict == verdict
