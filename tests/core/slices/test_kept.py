"""What the groups of a trained run's test set are made of, and how it is kept."""

import shutil

import numpy as np
import pytest

from core.data.datasets import load_split
from core.embedding.components import Components
from core.embedding.maps import find_components
from core.runs.record import read_run
from core.settings import BUNDLED_RUNS
from core.slices.groups import SMALLEST
from core.slices.kept import describe_test_set, find_clusters, find_described
from core.slices.measures import measure_images
from core.steps import finish
from core.storage.arrays import load_arrays, save_arrays


@pytest.fixture
def record(store):
    shutil.copytree(BUNDLED_RUNS / "embedded-digits", store.root / "copy")
    return read_run(store.root / "copy")


def test_it_is_computed_once_and_kept_until_the_weights_change(record, tmp_path):
    assert find_described(record) is None
    shares = []
    described = finish(describe_test_set(record, tmp_path), shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] < 1
    kept = find_described(record)
    assert np.array_equal(kept.clusters, described.clusters)
    measured = finish(measure_images(load_split("digits", tmp_path, "test").images))
    for name, values in measured.items():
        assert np.array_equal(kept.measures[name], values)
    arrays, metadata = load_arrays(record.weights_file)
    save_arrays(record.weights_file, {name: array * 2 for name, array in arrays.items()}, metadata)
    assert find_described(record) is None


def test_the_clusters_are_of_near_features(record, tmp_path):
    clusters = finish(describe_test_set(record, tmp_path)).clusters
    values = find_components(record, "features").values
    assert set(clusters) == set(range(18))
    centres = np.stack([values[clusters == number].mean(0) for number in range(18)])
    distances = np.linalg.norm(values[:, None] - centres[None], axis=2)
    assert (distances.argmin(1) == clusters).mean() > 0.98
    # The same network has the same clusters.
    assert np.array_equal(finish(describe_test_set(record, tmp_path)).clusters, clusters)


@pytest.mark.parametrize(("n_images", "n_clusters"), [(10, 1), (2 * SMALLEST - 1, 1), (2 * SMALLEST, 2), (2000, 20)])
def test_there_are_as_many_clusters_as_can_be_large_enough(n_images, n_clusters):
    values = np.random.default_rng(1).normal(size=(n_images, 3)).astype(np.float32)
    assert set(find_clusters(Components(values, np.ones(3, np.float32)))) == set(range(n_clusters))
