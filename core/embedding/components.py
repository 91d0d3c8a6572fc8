"""Principal components of pixels or of a network's features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

# Components kept. t-SNE and k-means start from them: the others hold little but noise, and cost time.
N_COMPONENTS = 50
# The seed of all that is drawn.
SEED = 0


@dataclass(frozen=True)
class Components:
    """The principal components of N images, the one with the largest variance first.

    values: float32 (N, K). explained: the share of the whole variance that each has, float32 (K,).
    """

    values: NDArray[np.float32]
    explained: NDArray[np.float32]


def principal_components(values: NDArray[np.floating]) -> Components:
    """The first 50 principal components of values (N, F), or as many as there are; runs where sklearn is loaded."""
    from sklearn.decomposition import PCA

    # By the covariances, which is exact and quick for few features.
    pca = PCA(min(N_COMPONENTS, *values.shape), svd_solver="covariance_eigh")
    # Without any variance, as of a network whose features are all dead, no component explains anything.
    # Two threads on cores that have other work wait for each other longer than one takes.
    with np.errstate(invalid="ignore"), threadpool_limits(1):
        pca.fit(values)
    explained = np.nan_to_num(pca.explained_variance_ratio_)
    return Components(pca.transform(values).astype(np.float32), explained.astype(np.float32))
