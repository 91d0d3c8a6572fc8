"""t-SNE of principal components, a few steps at a time.

L. van der Maaten and G. Hinton, "Visualizing data using t-SNE" (2008), with the gradients of G. Linderman et al. (2019,
"Fast interpolation-based t-SNE"), by openTSNE; scikit-learn's takes longer and tells no progress.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.embedding.components import SEED

# About how many neighbours count for each image.
_PERPLEXITY = 30
# Steps with attractions exaggerated, so that neighbours find each other, and steps after them.
_EARLY_STEPS = 150
_STEPS = 350
_EXAGGERATION = 12
_MOMENTUM = 0.8
# Standard deviation of the places to begin with; large ones would hardly change.
_START_SIZE = 1e-4
# Steps between two reports; they take about a third of a second for 10,000 images.
_REPORT_STEPS = 10
# Images whose neighbours are searched at once.
_CHUNK = 500
# The share of the work that the search is, as a reader waits for it.
_SEARCH_SHARE = 0.1
# Forces between far images are interpolated on a grid. Its cells are twice as wide as openTSNE's: 10,000 images
# take half of the time, and 96.4 % of the nearest points are of the same class either way.
_CELL_WIDTH = 2
# Up to so many images the forces are summed over a tree instead, which takes less time.
_FEW = 2000


def tsne(values: NDArray[np.float32]) -> Generator[float, None, NDArray[np.float32]]:
    """Places (N, 2) of images with these components (N, K), of which there must be four; yields the share done.

    It begins with the first two components, so that the map looks alike each time. The same values give the same map.
    """
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    perplexity = min(_PERPLEXITY, (len(values) - 1) / 3)
    indices, distances = yield from _neighbours(values, int(3 * perplexity))
    affinities = PerplexityBasedNN(knn_index=PrecomputedNeighbors(indices, distances), perplexity=perplexity)
    start = _start(values)
    embedding = TSNEEmbedding(
        start,
        affinities,
        negative_gradient_method="fft" if len(values) > _FEW else "bh",
        ints_in_interval=_CELL_WIDTH,
        random_state=SEED,
    )
    for done in range(0, _EARLY_STEPS + _STEPS, _REPORT_STEPS):
        yield _SEARCH_SHARE + (1 - _SEARCH_SHARE) * done / (_EARLY_STEPS + _STEPS)
        exaggeration = _EXAGGERATION if done < _EARLY_STEPS else 1
        embedding.optimize(_REPORT_STEPS, inplace=True, exaggeration=exaggeration, momentum=_MOMENTUM)
    return np.asarray(embedding, np.float32)


def _start(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Places (N, 2) to begin with: the first two components, scaled down."""
    places = np.zeros((len(values), 2))
    places[:, : values.shape[1]] = values[:, :2]
    if size := float(places[:, 0].std()):
        places *= _START_SIZE / size
    # Equal images must not lie at one place, where no force would part them.
    return places + np.random.default_rng(SEED).normal(scale=_START_SIZE / 100, size=places.shape)


def _neighbours(
    values: NDArray[np.float32], count: int
) -> Generator[float, None, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """The nearest other images of each image and their distances, both (N, count)."""
    from sklearn.neighbors import NearestNeighbors

    # Comparing all is exact, and in 50 dimensions no slower than a tree.
    search = NearestNeighbors(n_neighbors=count + 1, algorithm="brute").fit(values)
    found = []
    for start in range(0, len(values), _CHUNK):
        yield _SEARCH_SHARE * start / len(values)
        rows = np.arange(start, min(start + _CHUNK, len(values)))
        # See `core.embedding.components`.
        with threadpool_limits(1):
            distances, indices = search.kneighbors(values[rows])
        # An image is its own neighbour, though not always the first where there are equal ones.
        others = np.argsort(indices == rows[:, None], axis=1, kind="stable")[:, :count]
        found.append((np.take_along_axis(indices, others, 1), np.take_along_axis(distances, others, 1)))
    indices, distances = map(np.vstack, zip(*found, strict=True))
    return indices, distances.astype(np.float64)
