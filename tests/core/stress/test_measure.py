"""The stress test of a run."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.datasets import ImageSet, load_split
from core.errors import RunBusy
from core.execution.train_run import train_run
from core.inference.networks import load_learner
from core.runs.derived import load_derived, save_derived
from core.steps import finish
from core.storage.arrays import load_arrays, save_arrays
from core.stress import measure
from core.stress.kinds import KINDS, PGD, ROTATION
from core.stress.measure import stress_test, take_sample
from core.stress.result import load_stress
from tests.made import make_config, make_images


@pytest.fixture
def run(store, tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "N_IMAGES", 120)
    record = store.create(make_config(arch="mlp", epochs=4), "Small")
    train_run(record, tmp_path)
    return store.get(record.id)


def test_accuracy_falls_with_the_strength_and_is_kept_with_the_run(run, tmp_path):
    shares = []
    result = finish(stress_test(run, tmp_path), shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, pytest.approx(1))
    sample = take_sample(load_split("digits", tmp_path, "test"))
    predict = load_learner(run.path).predict_proba
    clean = (predict(sample.images).argmax(1) == sample.labels).sum()
    for kind, entry in result.kinds.items():
        assert entry.correct[KINDS[kind].strengths.index(KINDS[kind].neutral)] == clean > 60
        assert (entry.low <= entry.correct / 120).all()
        assert (entry.correct / 120 <= entry.high).all()
        assert entry.images.shape == (len(KINDS[kind].strengths), 10, 28, 28)
        assert entry.y_pred.ravel().tolist() == predict(entry.images.reshape(-1, 28, 28)).argmax(1).tolist()
    assert result.kinds[ROTATION].correct[-1] < clean - 20
    assert result.kinds[PGD].correct[-1] == 0
    kept = load_stress(run)
    assert (kept.n, kept.labels.tolist()) == (120, list(range(10)))
    for kind, entry in result.kinds.items():
        assert all((getattr(kept.kinds[kind], name) == values).all() for name, values in vars(entry).items())


def test_a_run_that_learns_on_meanwhile_keeps_no_result(run, tmp_path):
    steps = stress_test(run, tmp_path)
    next(steps)
    next(steps)
    arrays, metadata = load_arrays(run.weights_file)
    save_arrays(run.weights_file, arrays, metadata | {"epoch": "99"})
    with pytest.raises(RunBusy, match="'Small' has learned on since the test began"):
        finish(steps)
    assert load_stress(run) is None


def test_a_result_of_other_strengths_counts_as_missing(run, tmp_path, monkeypatch):
    assert load_stress(run) is None
    finish(stress_test(run, tmp_path))
    assert load_stress(run)
    monkeypatch.setitem(KINDS, ROTATION, replace(KINDS[ROTATION], strengths=(0, 5)))
    assert load_stress(run) is None


def test_a_result_that_lacks_a_kind_counts_as_missing(run, tmp_path):
    finish(stress_test(run, tmp_path))
    arrays, metadata = load_derived(run, "stress")
    del arrays["pgd.correct"]
    save_derived(run, "stress", arrays, metadata)
    assert load_stress(run) is None


def test_the_same_images_are_taken_for_every_run(monkeypatch):
    images = make_images(400, 3)
    monkeypatch.setattr(measure, "N_IMAGES", 50)
    sample = take_sample(images)
    assert len(sample) == 50
    assert (take_sample(images).images == sample.images).all()
    few = ImageSet(images.images[:30], images.labels[:30])
    assert (take_sample(few).images == few.images).all()
    assert np.array_equal(take_sample(few).labels, few.labels)


def test_the_intervals_are_wilsons(run, tmp_path):
    entry = finish(stress_test(run, tmp_path)).kinds[ROTATION]
    z, n, p = 1.959964, 120, entry.correct / 120
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert entry.low == pytest.approx((middle - half) / (1 + z * z / n), abs=1e-6)
    assert entry.high == pytest.approx((middle + half) / (1 + z * z / n), abs=1e-6)
