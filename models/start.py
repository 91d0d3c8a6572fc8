"""Start weights that NumPy draws, so that a network and its twin in another framework can start alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

N_PIXELS, N_CLASSES = 28 * 28, 10


def draw_uniform(hidden: Sequence[int], seed: int) -> dict[str, NDArray[np.float64]]:
    """Weights `fc1.weight` (out, in) and biases `fc1.bias` (out,) of a fully connected network, layer by layer.

    Uniform between ±1/√fan_in, which is Kaiming's rule with a = √5 and the distribution that
    `torch.nn.Linear` starts from.
    """
    generator = np.random.default_rng(seed)
    start = {}
    for number, (fan_in, fan_out) in enumerate(pairwise([N_PIXELS, *hidden, N_CLASSES]), start=1):
        bound = 1 / np.sqrt(fan_in)
        start[f"fc{number}.weight"] = generator.uniform(-bound, bound, (fan_out, fan_in))
        start[f"fc{number}.bias"] = generator.uniform(-bound, bound, fan_out)
    return start
