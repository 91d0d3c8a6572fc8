"""A small network as a function of one number: straight without activations, bent with them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.anatomy.collapse import Linear, run_stack

_SIZES = (1, 16, 16, 1)
_POINTS = 161


@dataclass(frozen=True)
class Bends:
    """Outputs over inputs `x`, each (N,): of the layers alone, and of the same layers with ReLU between them."""

    x: NDArray[np.float32]
    linear: NDArray[np.float32]
    relu: NDArray[np.float32]


def bends_data(seed: int) -> Bends:
    """Two hidden layers of 16 with weights and biases from `seed`."""
    random = np.random.default_rng(seed)
    # Large enough for bends that can be seen.
    stack = [
        Linear(_normal(random, (outputs, inputs), np.sqrt(2 / inputs)), _normal(random, (outputs,), 1.0))
        for inputs, outputs in pairwise(_SIZES)
    ]
    x = np.linspace(-4, 4, _POINTS, dtype=np.float32)
    bent = x[:, None]
    for layer in stack[:-1]:
        bent = np.maximum(layer(bent), 0)
    return Bends(x, run_stack(stack, x[:, None])[:, 0], stack[-1](bent)[:, 0])


def _normal(random: np.random.Generator, shape: tuple[int, ...], deviation: float) -> NDArray[np.float32]:
    return random.normal(0, deviation, shape).astype(np.float32)
