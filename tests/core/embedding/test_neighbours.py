"""The training images nearest to a picture."""

import numpy as np
import pytest

from core.embedding import neighbours as module
from core.embedding.neighbours import NAME, compute_features, nearest_images
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.inference.networks import load_learner
from core.runs.derived import load_derived
from core.runs.record import read_run
from core.steps import finish
from core.storage.arrays import save_arrays
from tests.made import make_config

N_VAL = 50


@pytest.fixture(params=[(16,), (100,)], ids=["narrow", "wide"])
def record(request, store, toy, monkeypatch):
    """A run whose last layer has fewer features than are kept, or more."""
    monkeypatch.setattr(worker, "load_dataset", lambda _name, _root: toy)
    monkeypatch.setattr(module, "load_split", lambda _name, _root, _split: toy.train)
    options = {"hidden": request.param}
    made = store.create(make_config(arch="mlp", options=options, val_fraction=N_VAL / 300))
    train_run(made, store.root)
    return read_run(made.path)


def test_before_the_features_are_there_no_neighbours_are(record, store, toy):
    assert nearest_images(record, store.root, toy.test.images[0], 3) is None


def test_the_progress_is_told(record, store):
    shares = []
    assert finish(compute_features(record, store.root), shares.append) == 250
    assert shares == [0.0, 0.4, 0.8]


def test_an_image_that_was_trained_on_is_its_own_nearest(record, store, toy):
    finish(compute_features(record, store.root))
    found = nearest_images(record, store.root, toy.train.images[17], 4)
    assert found.index[0] == 17
    assert found.distance[0] == pytest.approx(0, abs=0.05)
    assert len(found.index) == 4
    np.testing.assert_array_equal(found.images, toy.train.images[found.index])
    np.testing.assert_array_equal(found.labels, toy.train.labels[found.index])


def test_the_nearest_are_those_with_the_smallest_distance_of_features(record, store, toy):
    finish(compute_features(record, store.root))
    picture = toy.test.images[5]
    found = nearest_images(record, store.root, picture, 5)
    learner, (kept, _) = load_learner(record.path), load_derived(record, NAME)
    outputs = learner.outputs(np.concatenate([picture[None], toy.train.images[: 300 - N_VAL]]))
    own, *others = (outputs.features - kept["mean"]) @ kept["axes"]
    np.testing.assert_allclose(found.distance, np.sort(np.linalg.norm(others - own, axis=1))[:5], rtol=0.01)
    assert np.all(np.diff(found.distance) >= 0)


def test_of_a_wide_layer_the_components_with_the_most_variance_are_kept(record, store, toy):
    finish(compute_features(record, store.root))
    features = load_learner(record.path).outputs(toy.train.images[: 300 - N_VAL]).features
    kept = load_derived(record, NAME)[0]["features"]
    assert kept.shape == (250, min(features.shape[1], 64))
    assert kept.astype(float).var(0).sum() > 0.95 * features.var(0).sum()


def test_validation_images_are_no_neighbours(record, store, toy):
    finish(compute_features(record, store.root))
    found = nearest_images(record, store.root, toy.train.images[299], 250)
    assert sorted(found.index) == list(range(250))


def test_features_of_other_weights_do_not_count(record, store, toy):
    finish(compute_features(record, store.root))
    fresh = load_learner(record.path).state_dict()
    save_arrays(record.weights_file, {name: -array for name, array in fresh.items()})
    assert nearest_images(record, store.root, toy.test.images[0], 3) is None


def test_features_of_other_images_than_those_at_hand_do_not_count(record, store, toy, monkeypatch):
    finish(compute_features(record, store.root))
    for at_hand in (toy.train[:200], toy.train + toy.train[:100]):
        monkeypatch.setattr(module, "load_split", lambda _name, _root, _split, images=at_hand: images)
        assert nearest_images(record, store.root, toy.test.images[0], 3) is None
