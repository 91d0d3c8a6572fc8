"""Maps of a trained run's test set, and how they are kept."""

import shutil

import numpy as np
import pytest

from core.data.datasets import load_split
from core.embedding.components import principal_components
from core.embedding.maps import compute_components, compute_tsne, find_components, find_tsne
from core.errors import CheckpointError, RunError, TrainingDiverged
from core.evaluation.stored_predictions import describe_source, save_predictions
from core.inference.networks import load_learner
from core.runs.record import read_run
from core.settings import BUNDLED_RUNS
from core.steps import finish
from core.storage.arrays import load_arrays, save_arrays


@pytest.fixture
def record(store):
    """A copy of the network for the embedded digits that comes with the app."""
    shutil.copytree(BUNDLED_RUNS / "embedded-digits", store.root / "copy")
    return read_run(store.root / "copy")


def change_weights(record, change):
    arrays, metadata = load_arrays(record.weights_file)
    save_arrays(record.weights_file, {name: change(array) for name, array in arrays.items()}, metadata)


def test_components_of_the_logits_the_features_and_the_pixels(record, tmp_path):
    images = load_split("digits", tmp_path, "test").images
    outputs = load_learner(record.path).outputs(images)
    logits = outputs.logits - outputs.logits.mean(1, keepdims=True)
    pixels = images.reshape(len(images), -1) / 255
    for source, values in (("outputs", logits), ("features", outputs.features), ("pixels", pixels)):
        found = finish(compute_components(record, tmp_path, source))
        np.testing.assert_allclose(found.values, principal_components(values).values, atol=1e-2)


def test_outputs_are_those_that_were_measured_and_no_other_weights(record, tmp_path):
    change_weights(record, lambda array: array * 2)
    with pytest.raises(RunError, match="earlier weights"):
        finish(compute_components(record, tmp_path, "outputs"))


def test_a_probability_of_nought_has_a_place_on_the_map(record, tmp_path):
    test = load_split("digits", tmp_path, "test")
    sure = np.eye(10, dtype=np.float32)[test.labels]
    save_predictions(record.predictions_file, sure, describe_source(record, "test", test))
    found = finish(compute_components(record, tmp_path, "outputs"))
    assert np.isfinite(found.values).all()
    # Images of one class are in one place, each class in its own.
    places = {tuple(place) for place in found.values.round(2).tolist()}
    assert len(places) == 10


def test_what_was_computed_is_kept_until_the_weights_change(record, tmp_path):
    assert find_components(record, "features") is None
    assert find_tsne(record, "features") is None
    components = finish(compute_components(record, tmp_path, "features"))
    places = finish(compute_tsne(record, tmp_path, "features"))
    kept = find_components(record, "features")
    assert np.array_equal(kept.values, components.values)
    assert np.array_equal(kept.explained, components.explained)
    assert np.array_equal(find_tsne(record, "features"), places)
    assert find_components(record, "pixels") is None
    assert places.shape == (len(components.values), 2)
    change_weights(record, lambda array: array * 2)
    assert find_components(record, "features") is None
    assert find_tsne(record, "features") is None


def test_a_map_of_weights_that_are_gone_by_its_end_is_not_kept(record, tmp_path):
    steps = compute_tsne(record, tmp_path, "features")
    next(steps)
    change_weights(record, lambda array: array * 2)
    finish(steps)
    assert find_tsne(record, "features") is None


def test_networks_that_diverged_have_no_map(record, tmp_path):
    change_weights(record, lambda array: np.full_like(array, 3e38))
    with pytest.raises(TrainingDiverged, match="NaN or infinite"):
        finish(compute_components(record, tmp_path, "features"))
    test = load_split("digits", tmp_path, "test")
    unknown = np.full((len(test), 10), np.nan, np.float32)
    save_predictions(record.predictions_file, unknown, describe_source(record, "test", test))
    with pytest.raises(TrainingDiverged, match="NaN or infinite"):
        finish(compute_components(record, tmp_path, "outputs"))
    change_weights(record, lambda array: np.full_like(array, np.nan))
    with pytest.raises(CheckpointError):
        finish(compute_components(record, tmp_path, "features"))
