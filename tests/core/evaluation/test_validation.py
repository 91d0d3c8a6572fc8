"""A run's probabilities for its validation images."""

import shutil

import numpy as np
import pytest

from core.data.datasets import ImageSet, load_split
from core.evaluation.validation import find_val_predictions, predict_val
from core.inference.networks import load_learner
from core.runs.record import read_run
from core.runs.trained_images import split_as_trained
from core.settings import BUNDLED_RUNS
from core.steps import finish
from core.storage.arrays import load_arrays, save_arrays


@pytest.fixture
def record(store):
    """A copy of the network for the embedded digits that comes with the app."""
    shutil.copytree(BUNDLED_RUNS / "embedded-digits", store.root / "copy")
    return read_run(store.root / "copy")


@pytest.fixture
def val(record, tmp_path):
    return split_as_trained(record, load_split("digits", tmp_path, "train"))[1]


def test_they_are_those_of_the_network_and_kept(record, val, tmp_path):
    assert find_val_predictions(record, val) is None
    found = finish(predict_val(record, tmp_path))
    np.testing.assert_allclose(found, load_learner(record.path).predict_proba(val.images), atol=1e-6)
    assert np.array_equal(find_val_predictions(record, val), found)
    assert len(val) == len(found) > 100


def test_the_share_that_is_done_is_told(record, tmp_path):
    assert next(predict_val(record, tmp_path)) == 0


def test_those_of_other_images_or_of_other_weights_do_not_count(record, val, tmp_path):
    finish(predict_val(record, tmp_path))
    assert find_val_predictions(record, ImageSet(val.images, val.labels[::-1])) is None
    arrays, metadata = load_arrays(record.weights_file)
    save_arrays(record.weights_file, {name: array * 2 for name, array in arrays.items()}, metadata)
    assert find_val_predictions(record, val) is None
