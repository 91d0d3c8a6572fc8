"""Start weights that NumPy draws, so that a network and its twin in another framework can start alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# Pixels along an edge of an image.
SIDE = 28
N_PIXELS, N_CLASSES = SIDE**2, 10


def draw_kaiming(hidden: Sequence[int], seed: int) -> dict[str, NDArray[np.float64]]:
    """Weights `fc1.weight` (out, in) and biases `fc1.bias` (out,) of a fully connected network, layer by layer.

    The weights are uniform between ±√(6 / fan_in), which keeps the size of activations from layer to layer
    where ReLU follows (He et al. 2015, arXiv:1502.01852); the biases are 0.
    """
    generator = np.random.default_rng(seed)
    start = {}
    for number, (fan_in, fan_out) in enumerate(pairwise([N_PIXELS, *hidden, N_CLASSES]), start=1):
        bound = np.sqrt(6 / fan_in)
        start[f"fc{number}.weight"] = generator.uniform(-bound, bound, (fan_out, fan_in))
        start[f"fc{number}.bias"] = np.zeros(fan_out)
    return start
