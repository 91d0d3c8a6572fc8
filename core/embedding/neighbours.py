"""The training images that are nearest to a picture in a network's own feature space."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images, ImageSet, Labels, load_split
from core.inference.networks import load_learner
from core.learners.base import Learner
from core.runs.derived import load_derived, save_derived
from core.runs.record import RunRecord
from core.runs.trained_images import split_as_trained
from core.steps import Steps
from core.storage.arrays import Arrays

NAME = "train_features"
# Features kept of each image. Of wider layers the first principal components are kept: of Fashion-MNIST's 784 pixels
# they hold 88 % of the variance, and 60,000 images take 8 MB instead of 94.
_MOST_FEATURES = 64
# Images that the components are found from.
_FITTED_ON = 10_000
# Images that are computed at once. The classic CNN takes 1.7 times as long in batches of 1000, which need more memory
# than the processor's cache has.
_BATCH = 100


@dataclass(frozen=True)
class Neighbours:
    """Training images, the nearest first; one entry an image in every array (K,).

    index: in the images that the run trained on, its own extra ones first. distance: Euclidean, of the features.
    """

    index: NDArray[np.int64]
    images: Images
    labels: Labels
    distance: NDArray[np.float32]


def compute_features(record: RunRecord, data_root: Path) -> Steps[int]:
    """Keep the features of all images that the run trained on; returns their number. Raises LabError, OSError.

    They are the inputs of the network's last layer, by which alone it tells the classes apart.
    """
    images, learner = _trained_on(record, data_root).images, load_learner(record.path)
    mean, axes = _projection(learner, images)
    parts = []
    for start in range(0, len(images), _BATCH):
        yield start / len(images)
        features = learner.outputs(images[start : start + _BATCH]).features
        parts.append(((features - mean) @ axes).astype(np.float16))
    arrays: Arrays = {"features": np.concatenate(parts), "mean": mean, "axes": axes}
    save_derived(record, NAME, arrays, {})
    return len(images)


def nearest_images(record: RunRecord, data_root: Path, picture: Images, count: int) -> Neighbours | None:
    """The `count` training images nearest to a picture (28, 28); None before `compute_features`. Raises LabError."""
    kept = load_derived(record, NAME)
    if kept is None:
        return None
    features, mean, axes = (kept[0][name].astype(np.float32) for name in ("features", "mean", "axes"))
    trained_on = _trained_on(record, data_root)
    if len(features) != len(trained_on):
        return None
    own = (load_learner(record.path).outputs(picture[None]).features - mean) @ axes
    distance = np.linalg.norm(features - own, axis=1)
    index = np.argsort(distance, kind="stable")[:count]
    return Neighbours(index, trained_on.images[index], trained_on.labels[index], distance[index])


def _trained_on(record: RunRecord, data_root: Path) -> ImageSet:
    return split_as_trained(record, load_split(record.config.dataset, data_root, "train"))[0]


def _projection(learner: Learner, images: Images) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What is taken away from features (N, F), and the axes (F, D) that they are then projected on."""
    features = learner.outputs(images[:_FITTED_ON]).features
    width = features.shape[1]
    if width <= _MOST_FEATURES:
        return np.zeros(width, np.float32), np.eye(width, dtype=np.float32)
    # Imported here, since it takes a second.
    from sklearn.decomposition import PCA

    pca = PCA(min(_MOST_FEATURES, len(features)), svd_solver="covariance_eigh").fit(features)
    return pca.mean_.astype(np.float32), np.ascontiguousarray(pca.components_.T, np.float32)
