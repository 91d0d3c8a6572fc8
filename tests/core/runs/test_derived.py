"""Results computed from a run's network on request."""

import shutil

import numpy as np
import pytest

from core import settings
from core.runs.derived import keep_derived, load_derived, save_derived
from core.runs.record import read_run, remove_outcome
from core.runs.store import RunStore
from core.storage.arrays import save_arrays
from core.storage.digest import weights_digest
from tests.made import make_config

ARRAYS = {"map": np.arange(6, dtype=np.float32).reshape(3, 2)}


@pytest.fixture
def record(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.RUNS_VARIABLE, str(tmp_path / "runs"))
    made = RunStore(tmp_path / "runs").create(make_config(), "Made")
    save_arrays(made.weights_file, {"w": np.zeros(3, np.float32)})
    return made


def check_kept(record):
    arrays, metadata = load_derived(record, "pca")
    np.testing.assert_array_equal(arrays["map"], ARRAYS["map"])
    assert metadata == {"seed": "3"}
    assert load_derived(record, "tsne") is None


def test_a_result_is_read_back_under_its_name(record):
    assert load_derived(record, "pca") is None
    save_derived(record, "pca", ARRAYS, {"seed": "3"})
    check_kept(record)


def test_a_result_of_other_weights_is_none(record):
    save_derived(record, "pca", ARRAYS, {})
    save_arrays(record.weights_file, {"w": np.ones(3, np.float32)})
    assert load_derived(record, "pca") is None


def test_a_result_of_weights_that_are_gone_is_not_kept(record):
    digest = weights_digest(record.weights_file)
    keep_derived(record, "pca", ARRAYS, digest, {"seed": "3"})
    check_kept(record)
    save_arrays(record.weights_file, {"w": np.ones(3, np.float32)})
    keep_derived(record, "tsne", ARRAYS, digest)
    assert load_derived(record, "tsne") is None


def test_a_damaged_result_is_none(record, caplog):
    save_derived(record, "pca", ARRAYS, {})
    (record.path / "derived" / "pca.safetensors").write_bytes(b"nothing")
    assert load_derived(record, "pca") is None
    assert f"pca of {record.id} cannot be read" in caplog.text


def test_results_are_gone_with_what_the_run_has_learnt(record):
    save_derived(record, "pca", ARRAYS, {})
    remove_outcome(record.path)
    assert not (record.path / "derived").exists()


def test_the_folder_of_a_bundled_run_is_not_written(record, tmp_path):
    bundled = read_run(record.path.rename(tmp_path / record.id), bundled=True)
    before = sorted(bundled.path.iterdir())
    save_derived(bundled, "pca", ARRAYS, {"seed": "3"})
    check_kept(bundled)
    assert sorted(bundled.path.iterdir()) == before
    # Such results are no runs of their own.
    assert RunStore(tmp_path / "runs").all() == []


def test_results_of_a_bundled_run_that_are_gone_with_the_store_are_kept_anew(record, tmp_path):
    bundled = read_run(record.path.rename(tmp_path / record.id), bundled=True)
    save_derived(bundled, "pca", ARRAYS, {"seed": "3"})
    shutil.rmtree(tmp_path / "runs")
    assert load_derived(bundled, "pca") is None
    save_derived(bundled, "pca", ARRAYS, {"seed": "3"})
    check_kept(bundled)
