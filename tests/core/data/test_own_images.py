"""Runs that bring images, and weights to begin with, of their own."""

import numpy as np

from core.data.image_file import save_images
from core.execution.train_run import train_run
from core.learners.factory import create_learner
from core.runs.record import FAILED, FINISHED
from core.storage.arrays import load_arrays, save_arrays
from tests.made import make_config, make_images

# One epoch of plain steps that hardly move a weight.
GENTLE = {"epochs": 1, "optimizer": "sgd", "lr": 1e-9, "val_fraction": 0.0}


def make_run(store, n_own, **changes):
    record = store.create(make_config(**GENTLE | changes))
    save_images(record.extra_file, make_images(n_own, 3))
    return record


def test_a_run_trains_on_its_own_images_and_a_part_of_the_data_set(store, tmp_path):
    record = make_run(store, 40, train_images=60)
    assert train_run(record, tmp_path).status == FINISHED
    history = store.get(record.id).history()
    assert (history.started.n_train, history.step) == (100, 4)
    assert store.get(record.id).result.n_test == 360


def test_a_run_begins_with_the_weights_in_its_folder(store, tmp_path):
    record = make_run(store, 40, train_images=0)
    start = create_learner(make_config(seed=5)).state_dict()
    save_arrays(record.start_file, start)
    train_run(record, tmp_path)
    kept, _ = load_arrays(record.weights_file)
    for name, array in start.items():
        np.testing.assert_allclose(kept[name], array, atol=1e-6)


def test_own_images_alone_need_no_data_set_but_are_not_measured(store, tmp_path):
    record = make_run(store, 40, train_images=0, dataset="mnist")
    assert train_run(record, tmp_path).status == FINISHED
    done = store.get(record.id)
    assert done.can_predict
    assert done.result is None
    assert done.history().step == 2


def test_a_part_of_a_data_set_that_is_not_there_is_missed(store, tmp_path):
    record = make_run(store, 40, train_images=64, dataset="mnist")
    state = train_run(record, tmp_path)
    assert state.status == FAILED
    assert "MNIST is not in" in str(state.reason)


def test_no_images_at_all_are_refused(store, tmp_path):
    record = store.create(make_config(**GENTLE | {"train_images": 0}))
    state = train_run(record, tmp_path)
    assert state.status == FAILED
    assert "there are 0 images to train on" in str(state.reason)
