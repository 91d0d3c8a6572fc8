"""Principal components, against a singular value decomposition."""

import numpy as np
import pytest

from core.embedding.components import N_COMPONENTS, principal_components


@pytest.mark.parametrize("shape", [(200, 80), (200, 7), (30, 80)])
def test_the_components_are_those_of_the_singular_value_decomposition(shape):
    random = np.random.default_rng(1)
    values = (random.normal(size=shape) * np.linspace(3, 0.2, shape[1])).astype(np.float32)
    components = principal_components(values)
    centred = values - values.mean(0)
    left, sizes, _ = np.linalg.svd(centred.astype(float), full_matrices=False)
    kept = min(N_COMPONENTS, *shape)
    assert components.values.shape == (shape[0], kept)
    # The last one of as many as there are images has no size, so its direction is arbitrary.
    sure = min(kept, shape[0] - 1)
    expected = (left * sizes)[:, :sure]
    np.testing.assert_allclose(np.abs(components.values[:, :sure]), np.abs(expected), atol=2e-3)
    np.testing.assert_allclose(components.explained, (sizes**2 / (sizes**2).sum())[:kept], atol=1e-4)


def test_features_that_are_all_dead_explain_nothing():
    components = principal_components(np.zeros((50, 4), np.float32))
    assert not components.values.any()
    assert not components.explained.any()
