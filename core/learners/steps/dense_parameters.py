"""The parameters of one dense layer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.learners.steps.dense_layers import DenseLayer
from core.learners.steps.elementwise import Dropout, Elementwise, PRelu, Relu, Sigmoid, Tanh
from core.learners.steps.processor import has_quick_mkl, has_quick_onednn

Array = NDArray[np.floating]

# Weights of a layer from which on PyTorch's products are faster where they add to their result or take a transposed
# second factor.
_MANY_WEIGHTS = 32_000
# Multiplications in what OpenBLAS takes for a small product, at most (its sgemm_small_matrix_permit for AVX-512).
_SMALL_PRODUCT = 1_000_000
# Multiplications in a product from which on oneDNN's saves more time than it takes to call it.
_LARGE_PRODUCT = 4_000_000
# Floats in a cache line, of which the parts of a product are multiples.
_COLUMNS = 16
_ACTIVATIONS: dict[str, type[Relu | Sigmoid | Tanh]] = {"relu": Relu, "sigmoid": Sigmoid, "tanh": Tanh}


class LayerParameters:
    """A layer's parameters and their gradients: `weight` (inputs, outputs), `bias` (outputs,).

    is_large: whether PyTorch's products are the faster ones where they add to their result or take a transposed factor.
    is_outputs_first: whether the weights lie in memory so.
    """

    def __init__(self, layer: DenseLayer, grads: Mapping[int, Tensor]) -> None:
        def array(tensor: Tensor) -> Array:
            return (tensor if layer.is_inputs_first or tensor.ndim == 1 else tensor.t()).detach().numpy()

        self.layer = layer
        self.weight, self.weight_grad = array(layer.weight), array(grads[id(layer.weight)])
        self.weight_tensor = torch.from_numpy(self.weight)
        self.weight_grad_tensor = torch.from_numpy(self.weight_grad)
        self.bias, self.bias_grad = array(layer.bias), array(grads[id(layer.bias)])
        self.is_large = self.weight.size >= _MANY_WEIGHTS
        self.is_outputs_first = not self.weight.flags.c_contiguous
        self.slope_grad = grads[id(layer.slope)] if layer.slope is not None else None

    def descend_slope(self, lr: float) -> None:
        """Go a step down the gradient of a PReLU's slope, where there is one."""
        if self.layer.slope is not None and self.slope_grad is not None:
            self.layer.slope.detach().sub_(self.slope_grad, alpha=lr)

    def move_bias(self, place: Array) -> None:
        """Let the bias be a view of `place` (outputs,) from here on."""
        place[:] = self.bias
        self.bias = place
        self.layer.bias.data = torch.from_numpy(place)

    def elementwise(self) -> list[Elementwise]:
        """What the layer's outputs go through, in order."""
        found: list[Elementwise] = []
        if self.layer.slope is not None and self.slope_grad is not None:
            found.append(PRelu(self.layer.slope.detach(), self.slope_grad))
        elif self.layer.activation:
            found.append(_ACTIVATIONS[self.layer.activation]())
        if self.layer.dropout:
            found.append(Dropout(self.layer.dropout))
        return found


def is_quicker_in_torch(weight: Array, count: int) -> bool:
    """Whether PyTorch computes all products of a layer and `count` images in less time than NumPy.

    In small products its calls take longer than is gained.
    """
    return has_quick_mkl() and count * weight.size > _SMALL_PRODUCT


def is_quicker_in_onednn(weight: Tensor, count: int) -> bool:
    """Whether oneDNN computes all products of a layer and `count` images in less time than the other libraries."""
    return has_quick_onednn() and weight.dtype == torch.float32 and count * weight.numel() >= _LARGE_PRODUCT


def split_product(weight: Array, outputs: Array) -> list[tuple[Array, Array]]:
    """Weights and outputs (N, O) of parts of NumPy's product x W, which together take less time than the whole at once.

    OpenBLAS computes small products without copying their factors first. On Intel's processors that gains nothing.
    """
    if has_quick_mkl():
        return [(weight, outputs)]
    columns = _SMALL_PRODUCT // max(len(outputs) * len(weight), 1)
    width = max(columns // _COLUMNS, 1) * _COLUMNS
    places = [slice(start, start + width) for start in range(0, weight.shape[1], width)]
    return [(weight[:, place], outputs[:, place]) for place in places]


def put_inputs_first(layer: DenseLayer) -> None:
    """Reorder the weights in memory: products with (inputs, outputs) take a tenth less time."""
    if not layer.is_inputs_first:
        layer.weight.data = layer.weight.detach().t().contiguous().t()


def put_outputs_first(layer: DenseLayer) -> None:
    """Reorder the weights in memory, as oneDNN's products want them."""
    if layer.is_inputs_first:
        layer.weight.data = layer.weight.detach().t().contiguous().t()
