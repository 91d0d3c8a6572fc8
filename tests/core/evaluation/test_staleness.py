from dataclasses import replace

import numpy as np
import pytest

from core.errors import CheckpointError
from core.evaluation.measure import is_stale
from core.runs.record import read_run
from core.runs.result import RunResult, write_result
from core.storage.arrays import save_arrays
from core.storage.digest import weights_digest
from tests.made import make_config

RESULT = RunResult(2, 2, None, None, 0.5, 1.0, 2, 10, 1.0, "cpu", ((1, 0), (1, 0)))


@pytest.fixture
def measured(store):
    """A run whose weights of epoch 2 were measured."""
    record = store.create(make_config())
    write_result(record.path, RESULT)
    save_arrays(record.weights_file, {"w": np.zeros(3, np.float32)}, {"epoch": "2"})
    return store.get(record.id)


def test_figures_of_the_kept_weights_are_up_to_date(measured):
    assert not is_stale(measured)


@pytest.mark.parametrize("metadata", [{"epoch": "3"}, {"step": "70"}])
def test_figures_of_other_weights_are_outdated(measured, metadata):
    save_arrays(measured.weights_file, {"w": np.zeros(3, np.float32)}, metadata)
    assert is_stale(measured)


def test_figures_that_name_their_weights_are_told_by_them_whatever_the_epoch(measured):
    write_result(measured.path, replace(RESULT, weights=weights_digest(measured.weights_file)))
    record = read_run(measured.path)
    assert not is_stale(record)
    save_arrays(measured.weights_file, {"w": np.ones(3, np.float32)}, {"epoch": "2"})
    assert is_stale(record)


def test_a_run_never_measured_is_outdated(store):
    assert is_stale(store.create(make_config()))


def test_damaged_weights_are_named(measured):
    measured.weights_file.write_bytes(b"not weights")
    with pytest.raises(CheckpointError, match=r"weights\.safetensors is damaged"):
        is_stale(measured)
