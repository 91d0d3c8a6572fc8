"""t-SNE of made clusters."""

from collections import Counter

import numpy as np
import pytest

from core.embedding.tsne import _neighbours, tsne
from core.steps import finish


@pytest.fixture(scope="module")
def clusters():
    random = np.random.default_rng(2)
    labels = np.arange(240) % 4
    centres = 12 * random.normal(size=(4, 10))
    return (centres[labels] + random.normal(size=(240, 10))).astype(np.float32), labels


def nearest(places):
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return distances.argmin(1)


def test_images_of_a_cluster_stay_together(clusters):
    values, labels = clusters
    shares = []
    places = finish(tsne(values), shares.append)
    assert places.shape == (240, 2)
    assert np.isfinite(places).all()
    assert (labels[nearest(places)] == labels).all()
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.9 < shares[-1] < 1


def test_the_same_values_give_the_same_map(clusters):
    values, _ = clusters
    assert np.array_equal(finish(tsne(values[:60])), finish(tsne(values[:60])))


@pytest.mark.parametrize("values", [np.zeros((20, 3)), np.arange(20.0)[:, None], np.eye(4)])
def test_few_equal_and_one_dimensional_values_have_a_map_too(values):
    assert np.isfinite(finish(tsne(values.astype(np.float32)))).all()


def test_the_neighbours_are_the_nearest_others_even_among_equal_images():
    random = np.random.default_rng(4)
    values = random.normal(size=(700, 5)).astype(np.float32)
    values[100:110] = values[100]
    indices, distances = finish(_neighbours(values, 6))
    assert indices.shape == distances.shape == (700, 6)
    assert not (indices == np.arange(700)[:, None]).any()
    exact = np.linalg.norm(values[:, None].astype(float) - values[None], axis=2)
    np.fill_diagonal(exact, np.inf)
    np.testing.assert_allclose(distances, np.sort(exact, axis=1)[:, :6], atol=1e-2)


def test_clusters_are_pulled_together_in_the_early_steps_alone(clusters, monkeypatch):
    # Imported here, since it takes more than a second.
    from openTSNE import TSNEEmbedding

    steps = Counter()
    optimize = TSNEEmbedding.optimize

    def count(embedding, n_iter, exaggeration, **more):
        steps[exaggeration] += n_iter
        return optimize(embedding, n_iter, exaggeration=exaggeration, **more)

    monkeypatch.setattr(TSNEEmbedding, "optimize", count)
    finish(tsne(clusters[0][:40]))
    assert steps == {12: 150, 1: 350}


@pytest.mark.parametrize(("count", "perplexity", "neighbours"), [(31, 10, 30), (200, 30, 90)])
def test_few_images_have_a_smaller_perplexity(clusters, monkeypatch, count, perplexity, neighbours):
    # Imported here, since it takes more than a second.
    from openTSNE import affinity

    asked = []
    original = affinity.PerplexityBasedNN

    def note(**given):
        asked.append((given["perplexity"], given["knn_index"].indices.shape))
        return original(**given)

    monkeypatch.setattr(affinity, "PerplexityBasedNN", note)
    steps = tsne(clusters[0][:count])
    while not asked:
        next(steps)
    assert asked == [(perplexity, (count, neighbours))]
