"""Maps of a run's test set, kept with the run. The functions that compute run where torch and sklearn are loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images, ImageSet, load_split
from core.embedding.components import Components, principal_components
from core.embedding.layer_values import layer_values
from core.embedding.tsne import tsne
from core.errors import TrainingDiverged
from core.evaluation.stored_predictions import load_test_predictions
from core.inference.networks import load_learner
from core.learners.base import Probabilities
from core.runs.derived import keep_derived, load_derived
from core.runs.record import RunRecord
from core.steps import Steps, part_of
from core.storage.arrays import Arrays
from core.storage.digest import weights_digest

# What a map is made of: the network's outputs, the input of its last layer, the images themselves, or else what the
# layer of this name gives.
OUTPUTS, FEATURES, PIXELS = "outputs", "features", "pixels"

# The smallest probability whose logarithm tells something in float32.
_LEAST_PROBABILITY = 1e-37

# Images whose features are computed between two reports.
_BATCH = 250
# The share of the work that the components are of a map by t-SNE, where they are not kept yet.
_COMPONENTS_SHARE = 0.3

_VALUES, _EXPLAINED, _PLACES = "values", "explained", "places"


def find_components(record: RunRecord, source: str) -> Components | None:
    """The principal components of the run's test set that are kept; None where they are to be computed."""
    kept = load_derived(record, _components_name(source))
    if kept is None:
        return None
    arrays, _ = kept
    return Components(arrays[_VALUES].astype(np.float32), arrays[_EXPLAINED].astype(np.float32))


def compute_components(record: RunRecord, data_root: Path, source: str) -> Steps[Components]:
    """The principal components of the run's test set, which are then kept; yields the share done.

    Raises LabError, OSError.
    """
    weights = weights_digest(record.weights_file)
    test = load_split(record.config.dataset, data_root, "test")
    components = principal_components((yield from _values(record, test, source)))
    arrays: Arrays = {_VALUES: components.values, _EXPLAINED: components.explained}
    keep_derived(record, _components_name(source), arrays, weights)
    return components


def find_tsne(record: RunRecord, source: str) -> NDArray[np.float32] | None:
    """The places (N, 2) of the run's test images by t-SNE that are kept; None where they are to be computed."""
    kept = load_derived(record, _tsne_name(source))
    return kept[0][_PLACES].astype(np.float32) if kept else None


def compute_tsne(record: RunRecord, data_root: Path, source: str) -> Steps[NDArray[np.float32]]:
    """The places (N, 2) of the run's test images by t-SNE, which are then kept; yields the share done.

    Raises LabError, OSError.
    """
    weights = weights_digest(record.weights_file)
    components, done = find_components(record, source), 0.0
    if components is None:
        done = _COMPONENTS_SHARE
        components = yield from part_of(compute_components(record, data_root, source), 0, done)
    places = yield from part_of(tsne(components.values), done, 1)
    keep_derived(record, _tsne_name(source), {_PLACES: places}, weights)
    return places


def _values(record: RunRecord, test: ImageSet, source: str) -> Steps[NDArray[np.float32]]:
    """What a map of the test images is made of, (N, F)."""
    images = test.images
    if source == PIXELS:
        return (images.reshape(len(images), -1) / 255).astype(np.float32)
    if source == OUTPUTS:
        values = _log_odds(load_test_predictions(record, test))
    elif source == FEATURES:
        values = yield from _features(record, images)
    else:
        values = yield from layer_values(record.path, images, source)
    if not np.isfinite(values).all():
        raise TrainingDiverged("What the network gives is NaN or infinite, so there is no map of it.")
    return values


def _log_odds(probabilities: Probabilities) -> NDArray[np.float32]:
    """The logarithms of probabilities (N, C), less their mean over the classes: the logits (N, C), but for theirs."""
    logs: NDArray[np.float32] = np.log(np.maximum(probabilities, _LEAST_PROBABILITY))
    log_odds: NDArray[np.float32] = logs - logs.mean(1, keepdims=True)
    return log_odds


def _features(record: RunRecord, images: Images) -> Steps[NDArray[np.float32]]:
    """The features (N, F) of images (N, 28, 28), a batch at a time."""
    learner, parts = load_learner(record.path), []
    for start in range(0, len(images), _BATCH):
        yield start / len(images)
        parts.append(learner.outputs(images[start : start + _BATCH]).features)
    return np.concatenate(parts)


def _components_name(source: str) -> str:
    return f"components_{source}"


def _tsne_name(source: str) -> str:
    return f"tsne_{source}"
