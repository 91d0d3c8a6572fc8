"""A run's own images and start weights."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.datasets import ImageSet
from core.data.image_file import load_images, save_images
from core.errors import DataCorrupt
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.learners.factory import create_learner
from core.runs import control_file as control
from core.runs.record import FAILED, FINISHED, STOPPED
from core.storage.arrays import load_arrays, save_arrays
from core.training import trainer
from core.training.events import RunStarted, StepEnd
from tests.made import make_config, make_dataset, make_images


@pytest.fixture(autouse=True)
def data(monkeypatch):
    made = make_dataset(100, 20)
    monkeypatch.setattr(worker, "load_dataset", lambda _name, _root: made)
    return made


def start(record):
    """The first event of training the run, and the state it ends in."""
    events = []
    state = train_run(record, record.path, sinks=[events.append])
    return next((event for event in events if isinstance(event, RunStarted)), None), state


def test_images_come_back(tmp_path):
    images = make_images(7, 1)
    save_images(tmp_path / "extra.safetensors", ImageSet(images.images[::-1], images.labels[::-1]))
    back = load_images(tmp_path / "extra.safetensors")
    np.testing.assert_array_equal(back.images, images.images[::-1])
    np.testing.assert_array_equal(back.labels, images.labels[::-1])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"images": np.zeros((3, 28, 28), np.float32)}, "uint8"),
        ({"images": np.zeros((3, 28, 27), np.uint8)}, "28, 28"),
        ({"images": None}, "must hold images"),
        ({"labels": np.zeros(3, np.int32)}, "int64"),
        ({"labels": np.zeros(4, np.int64)}, "a label, int64, for each image"),
        ({"labels": None}, "a label"),
        ({"labels": np.array([0, 10, 1])}, "outside 0 to 9"),
        ({"labels": np.array([0, -1, 1])}, "outside 0 to 9"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, changes, reason):
    arrays = {"images": np.zeros((3, 28, 28), np.uint8), "labels": np.zeros(3, np.int64)} | changes
    save_arrays(tmp_path / "extra.safetensors", {k: v for k, v in arrays.items() if v is not None})
    with pytest.raises(DataCorrupt, match=f"extra.safetensors .*{reason}"):
        load_images(tmp_path / "extra.safetensors")


def test_extra_images_are_trained_on_and_never_validated_on(store, data):
    record = store.create(make_config(val_fraction=0.2))
    save_images(record.extra_file, make_images(30, 9))
    begun, state = start(record)
    assert state.status == FINISHED
    assert (begun.n_train, begun.n_val) == (80 + 30, 20)
    extra = load_images(record.extra_file)
    train, val = replace(data, extra=extra).split(20)
    np.testing.assert_array_equal(train.images, np.concatenate([extra.images, data.train.images[:80]]))
    np.testing.assert_array_equal(val.images, data.train.images[80:])


def test_damaged_extra_images_end_the_run_with_the_reason(store):
    record = store.create(make_config())
    record.extra_file.write_bytes(b"none")
    begun, state = start(record)
    assert begun is None
    assert state.status == FAILED
    assert "extra.safetensors is damaged" in str(state.reason)


def test_a_run_begins_with_its_start_weights(store):
    config = make_config(lr=1e-9)
    weights = create_learner(config.replace(seed=77)).state_dict()
    record = store.create(config)
    save_arrays(record.start_file, weights)
    assert start(record)[1].status == FINISHED
    for name, array in load_arrays(record.weights_file)[0].items():
        np.testing.assert_allclose(array, weights[name], atol=1e-6)


def test_start_weights_of_another_network_end_the_run_with_the_reason(store):
    record = store.create(make_config())
    save_arrays(record.start_file, create_learner(make_config(arch="mlp")).state_dict())
    state = start(record)[1]
    assert state.status == FAILED
    assert "do not fit this network" in str(state.reason)


def test_a_run_taken_up_again_goes_on_from_where_it_was(store, monkeypatch):
    monkeypatch.setattr(trainer, "_REPORT_SECONDS", 0.0)
    monkeypatch.setattr(control, "_POLL_SECONDS", 0.0)
    whole, halved = (store.create(make_config(augment="warp")) for _ in range(2))
    for record in (whole, halved):
        save_images(record.extra_file, make_images(30, 9))
        save_arrays(record.start_file, create_learner(make_config(seed=77)).state_dict())
    start(whole)

    def stop(event):
        if isinstance(event, StepEnd) and event.step == 6:
            control.send(halved.path, "stop")

    assert train_run(halved, halved.path, sinks=[stop]).status == STOPPED
    save_arrays(halved.start_file, create_learner(make_config(seed=78)).state_dict())
    assert start(store.get(halved.id))[1].status == FINISHED
    for name, array in load_arrays(whole.weights_file)[0].items():
        np.testing.assert_array_equal(array, load_arrays(halved.weights_file)[0][name])
