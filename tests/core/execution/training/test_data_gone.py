"""Data files that are deleted while a run is trained, or before it goes on."""

import shutil

import pytest

from core.data.catalog import DATASETS
from core.data.datasets import load_dataset
from core.data.files import raw_folder
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.runs.record import FAILED, FINISHED, read_run
from core.storage.arrays import load_arrays
from tests.core.execution.training.stretch import after_step, assert_same, comparable, stop_after
from tests.made import make_config

SETTINGS = {"dataset": "mnist", "train_images": 288, "val_fraction": 0.0, "optimizer": "adam"}


@pytest.fixture
def data(tmp_path, mnist_root, monkeypatch):
    """A folder with MNIST's files that may be deleted."""
    monkeypatch.setattr(worker, "load_dataset", load_dataset)
    raw = raw_folder(DATASETS["mnist"], tmp_path / "data")
    raw.mkdir(parents=True)
    for file in raw_folder(DATASETS["mnist"], mnist_root).iterdir():
        (raw / file.name).symlink_to(file)
    return tmp_path / "data"


@pytest.fixture
def record(store):
    return store.create(make_config(**SETTINGS))


def train(record, data, *sinks):
    return train_run(read_run(record.path), data, sinks=sinks)


def test_a_run_in_training_needs_them_no_more(record, data):
    assert train(record, data, after_step(4, lambda: shutil.rmtree(data))).status == FINISHED
    assert read_run(record.path).result.n_test == 10_000


@pytest.mark.parametrize("is_one_file", [True, False])
def test_a_run_that_is_resumed_without_them_says_so_and_goes_on_once_they_are_back(store, record, data, is_one_file):
    whole = store.create(record.config)
    train(whole, data)
    train(record, data, stop_after(record, 11))
    before = read_run(record.path)
    gone = raw_folder(DATASETS["mnist"], data) / "train-labels-idx1-ubyte" if is_one_file else data
    away = gone.rename(gone.with_name("away"))
    state = train(record, data)
    missing = "train-labels-idx1-ubyte" if is_one_file else "train-images-idx3-ubyte"
    assert (state.status, str(state.reason)) == (FAILED, f"MNIST is not in {data}: MNIST/raw/{missing} is missing.")
    after = read_run(record.path)
    assert after.can_resume
    assert (after.state.step, after.history().step) == (11, 11)
    assert (after.result, after.history().epochs) == (before.result, before.history().epochs)
    away.rename(gone)
    assert train(record, data).status == FINISHED
    assert_same(load_arrays(record.weights_file)[0], load_arrays(whole.weights_file)[0])
    assert comparable(record) == comparable(whole)
