"""Predictions on disk name the split, the data and the weights that they are of."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.data.datasets import ImageSet
from core.errors import CheckpointError, RunError
from core.evaluation.stored_predictions import (
    Source,
    data_digest,
    load_predictions,
    load_test_predictions,
    save_predictions,
)
from core.execution import train_run as train_module
from core.execution.train_run import train_run
from core.runs.store import RunStore
from core.storage.arrays import save_arrays
from core.storage.digest import weights_digest
from tests.made import make_config

SHARES = np.linspace(0, 1, 20, dtype=np.float32).reshape(2, 10)


@pytest.fixture
def measured(store, toy, monkeypatch):
    """A run that was trained and measured on the made data set."""
    monkeypatch.setattr(train_module, "load_dataset", lambda _name, _root: toy)
    record = store.create(make_config(epochs=1))
    train_run(record, record.path)
    return store.get(record.id)


def test_predictions_and_their_source_are_read_as_they_were_written(tmp_path):
    source = Source("mnist", "test", "data", "weights")
    save_predictions(tmp_path / "p", SHARES, source)
    probabilities, found = load_predictions(tmp_path / "p")
    assert found == source
    np.testing.assert_array_equal(probabilities, SHARES)


def test_the_same_predictions_are_the_same_bytes(tmp_path):
    for number in range(8):
        save_predictions(tmp_path / str(number), SHARES, Source("mnist", "test", "data", "weights"))
    assert len({(tmp_path / str(number)).read_bytes() for number in range(8)}) == 1


def test_predictions_of_earlier_versions_have_no_source(tmp_path):
    save_arrays(tmp_path / "p", {"probabilities": SHARES})
    assert load_predictions(tmp_path / "p")[1] == Source()


@pytest.mark.parametrize("source", ["no JSON", json.dumps({"colour": "red"}), json.dumps({"dataset": 3})])
def test_a_damaged_source_is_an_error(tmp_path, source):
    save_arrays(tmp_path / "p", {"probabilities": SHARES}, {"source": source})
    with pytest.raises(CheckpointError, match="p is damaged"):
        load_predictions(tmp_path / "p")


def test_a_run_s_result_and_predictions_name_what_they_are_of(measured, toy):
    _, source = load_predictions(measured.predictions_file)
    weights = weights_digest(measured.weights_file)
    assert source == Source("digits", "test", data_digest(toy.test), weights)
    assert (measured.result.weights, measured.result.data) == (weights, source.data)


def test_predictions_of_earlier_weights_are_refused(measured, toy):
    assert load_test_predictions(measured, toy.test).shape == (100, 10)
    save_arrays(measured.weights_file, {"w": np.zeros(3, np.float32)})
    with pytest.raises(RunError, match="of earlier weights of this network"):
        load_test_predictions(measured, toy.test)


def test_predictions_of_other_images_are_refused(measured, toy):
    labels = toy.test.labels.copy()
    labels[7] = (labels[7] + 1) % 10
    with pytest.raises(RunError, match="of test images of digits that differ from those in the data folder"):
        load_test_predictions(measured, replace(toy.test, labels=labels))


def test_a_network_that_comes_with_the_app_keeps_its_predictions(measured, toy, tmp_path):
    bundled = RunStore(tmp_path / "mine", measured.path.parent).get(measured.id)
    bundled.weights_file.write_bytes(bundled.weights_file.read_bytes() + b" ")
    assert len(load_test_predictions(bundled, toy.test)) == 100


def test_the_digest_of_images_depends_on_each_pixel_and_label():
    images, labels = np.zeros((2, 28, 28), np.uint8), np.array([0, 1])
    digests = {data_digest(ImageSet(images, labels))}
    other = images.copy()
    other[1, 27, 27] = 1
    digests |= {data_digest(ImageSet(other, labels)), data_digest(ImageSet(images, labels[::-1].copy()))}
    assert len(digests) == 3
