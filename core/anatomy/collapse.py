"""Linear layers in a row are one linear layer: shown by numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class Linear(NamedTuple):
    """y = W x + b, with W (outputs, inputs) and b (outputs,)."""

    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        """(N, inputs) to (N, outputs)."""
        return x @ self.weight.T + self.bias

    @property
    def n_parameters(self) -> int:
        """Weights and biases."""
        return self.weight.size + self.bias.size


@dataclass(frozen=True)
class Collapse:
    """A stack of linear layers beside the single layer that it amounts to.

    sizes: inputs, the outputs of each layer.
    n_stack, n_single: parameters of both.
    difference: the largest one between their outputs, and `largest_output` to compare it with.
    rank: of the single layer's matrix; at most the smallest of `sizes`.
    """

    sizes: tuple[int, ...]
    n_stack: int
    n_single: int
    difference: float
    largest_output: float
    rank: int


def random_stack(sizes: Sequence[int], seed: int) -> list[Linear]:
    """Layers of these sizes, inputs first, uniform between ±1/√inputs as PyTorch starts them."""
    random = np.random.default_rng(seed)
    return [
        Linear(_uniform(random, (outputs, inputs), inputs), _uniform(random, (outputs,), inputs))
        for inputs, outputs in pairwise(sizes)
    ]


def _uniform(random: np.random.Generator, shape: tuple[int, ...], inputs: int) -> Array:
    bound = 1 / np.sqrt(inputs)
    return random.uniform(-bound, bound, shape).astype(np.float32)


def merge(stack: Sequence[Linear]) -> Linear:
    """The single layer that gives what the stack gives: W = … W2 W1 and b = … W2 b1 + b2."""
    single = stack[0]
    for layer in stack[1:]:
        single = Linear(layer.weight @ single.weight, layer.weight @ single.bias + layer.bias)
    return single


def run_stack(stack: Sequence[Linear], x: Array) -> Array:
    """One layer after another, with nothing between them."""
    for layer in stack:
        x = layer(x)
    return x


def compare(stack: Sequence[Linear], inputs: Array) -> Collapse:
    """Put `inputs` (N, sizes[0]) through the stack and through the single layer."""
    single = merge(stack)
    expected, merged = run_stack(stack, inputs), single(inputs)
    return Collapse(
        sizes=(stack[0].weight.shape[1], *(len(layer.bias) for layer in stack)),
        n_stack=sum(layer.n_parameters for layer in stack),
        n_single=single.n_parameters,
        difference=float(np.abs(expected - merged).max()),
        largest_output=float(np.abs(expected).max()),
        rank=int(np.linalg.matrix_rank(single.weight)),
    )
