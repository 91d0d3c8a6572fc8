"""The groups of a run's test set, kept with the run. They are computed where torch and sklearn are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.data.datasets import load_split
from core.embedding.components import SEED, Components
from core.embedding.maps import compute_components, find_components
from core.runs.derived import keep_derived, load_derived
from core.runs.record import RunRecord
from core.slices.groups import SMALLEST
from core.slices.measures import Measures, measure_images
from core.steps import Steps, part_of
from core.storage.arrays import Arrays
from core.storage.digest import weights_digest

_N_CLUSTERS = 20
# Attempts of k-means from other centres, of which the best counts.
_ATTEMPTS = 4
_NAME, _CLUSTERS = "slices", "clusters"
# The share of the work that measuring the images is.
_MEASURING_SHARE = 0.3


@dataclass(frozen=True)
class Described:
    """What the groups are made of. measures: of N images. clusters: of their features, from 0, int32 (N,)."""

    measures: Measures
    clusters: NDArray[np.int32]


def find_described(record: RunRecord) -> Described | None:
    """What is kept of the run's test set; None where it is to be computed."""
    kept = load_derived(record, _NAME)
    if kept is None:
        return None
    arrays, _ = kept
    clusters = arrays.pop(_CLUSTERS).astype(np.int32)
    return Described({name: values.astype(np.float32) for name, values in arrays.items()}, clusters)


def describe_test_set(record: RunRecord, data_root: Path) -> Steps[Described]:
    """Measure the run's test images and put their features into clusters; both are then kept. Yields the share done.

    Raises LabError, OSError.
    """
    weights = weights_digest(record.weights_file)
    images = load_split(record.config.dataset, data_root, "test").images
    measures = yield from part_of(measure_images(images), 0, _MEASURING_SHARE)
    components = find_components(record, "features")
    if components is None:
        components = yield from part_of(compute_components(record, data_root, "features"), _MEASURING_SHARE, 1)
    described = Described(measures, find_clusters(components))
    arrays: Arrays = {**described.measures, _CLUSTERS: described.clusters}
    keep_derived(record, _NAME, arrays, weights)
    return described


def find_clusters(components: Components) -> NDArray[np.int32]:
    """Clusters (N,) of the features' principal components, by k-means: as many as can be large enough to count."""
    from sklearn.cluster import KMeans

    count = max(1, min(_N_CLUSTERS, len(components.values) // SMALLEST))
    # See `core.embedding.components`.
    with threadpool_limits(1):
        clusters = KMeans(count, n_init=_ATTEMPTS, random_state=SEED).fit_predict(components.values)
    return np.asarray(clusters, np.int32)
