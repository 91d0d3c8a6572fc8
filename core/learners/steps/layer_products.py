"""The products that one dense layer's parameters are part of, forward and backward, for batches of one size."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.learners.steps.dense_parameters import (
    Array,
    LayerParameters,
    is_quicker_in_onednn,
    is_quicker_in_torch,
    split_product,
)

# Multiplications in a layer's product from which on bfloat16 saves more time than rounding its factors takes.
_LEAST_MULTIPLICATIONS = 4_000_000


def choose_products(parameters: LayerParameters, outputs: Array, precision: str) -> Products:
    """The layer's products in the precision of a configuration. outputs: (N, outputs), which the forward pass fills."""
    if precision == "bfloat16" and len(outputs) * parameters.weight.size >= _LEAST_MULTIPLICATIONS:
        return Bfloat16Products(parameters, outputs)
    in_onednn = parameters.is_outputs_first and is_quicker_in_onednn(parameters.weight_tensor, len(outputs))
    return (OnednnProducts if in_onednn else Products)(parameters, outputs)


class Products:
    """In the parameters' own precision."""

    def __init__(self, parameters: LayerParameters, outputs: Array) -> None:
        self._parameters = parameters
        self._outputs = outputs
        self._y = torch.from_numpy(outputs)
        self._is_in_torch = is_quicker_in_torch(parameters.weight, len(outputs))
        self._parts = split_product(parameters.weight, outputs)
        self._ones = np.ones(len(outputs), outputs.dtype)

    def forward(self, x: Array) -> None:
        """Set the outputs to x W + b, for x (N, inputs)."""
        self._multiply(x)
        np.add(self._outputs, self._parameters.bias, out=self._outputs)

    def backward(self, x: Array, grad: Tensor, input_grad: Tensor | None, lr: float | None) -> None:
        """Set the parameters' gradients, or with `lr` take a step down them.

        x: of the forward pass. grad: dL/dy (N, outputs). input_grad: takes dL/dx (N, inputs), where it is asked for.
        """
        # Before a step down changes the weights.
        if input_grad is not None:
            self._differentiate_inputs(grad, input_grad)
        bias_grad = self._parameters.bias_grad
        # As a product this sum takes half the time.
        np.dot(self._ones, grad.numpy(), out=bias_grad)
        if lr is None:
            self._differentiate(x, grad)
            return
        self._descend(x, grad, lr)
        bias_grad *= lr
        self._parameters.bias -= bias_grad
        self._parameters.descend_slope(lr)

    def _multiply(self, x: Array) -> None:
        if self._is_in_torch:
            torch.mm(torch.from_numpy(x), self._parameters.weight_tensor, out=self._y)
            return
        for weight, outputs in self._parts:
            np.matmul(x, weight, out=outputs)

    def _differentiate_inputs(self, grad: Tensor, input_grad: Tensor) -> None:
        """dL/dx = g Wᵀ."""
        if self._parameters.is_large or self._is_in_torch:
            torch.mm(grad, self._parameters.weight_tensor.t(), out=input_grad)
        else:
            np.matmul(grad.numpy(), self._parameters.weight.T, out=input_grad.numpy())

    def _differentiate(self, x: Array, grad: Tensor) -> None:
        """dL/dW = xᵀ g."""
        if self._is_in_torch:
            torch.mm(torch.from_numpy(x.T), grad, out=self._parameters.weight_grad_tensor)
        else:
            np.matmul(x.T, grad.numpy(), out=self._parameters.weight_grad)

    def _descend(self, x: Array, grad: Tensor, lr: float) -> None:
        """A step down dL/dW."""
        weight = self._parameters.weight_tensor
        if self._parameters.is_large:
            weight.addmm_(torch.from_numpy(x.T), grad, alpha=-lr)
        else:
            self._differentiate(x, grad)
            weight.sub_(self._parameters.weight_grad_tensor, alpha=lr)


class Bfloat16Products(Products):
    """With factors and results rounded to bfloat16, which processors made for it multiply twice as fast."""

    def __init__(self, parameters: LayerParameters, outputs: Array) -> None:
        super().__init__(parameters, outputs)
        inputs = len(parameters.weight)
        self._weight16, self._weight_grad16 = (self._rounded(parameters.weight_tensor) for _ in range(2))
        self._y16, self._grad16 = self._rounded(self._y), self._rounded(self._y)
        self._x16, self._x_grad16 = (torch.empty(len(outputs), inputs, dtype=torch.bfloat16) for _ in range(2))

    @staticmethod
    def _rounded(like: Tensor) -> Tensor:
        return torch.empty_like(like, dtype=torch.bfloat16)

    def backward(self, x: Array, grad: Tensor, input_grad: Tensor | None, lr: float | None) -> None:
        """See `Products`."""
        self._grad16.copy_(grad)
        super().backward(x, grad, input_grad, lr)

    def _multiply(self, x: Array) -> None:
        self._x16.copy_(torch.from_numpy(x))
        self._weight16.copy_(self._parameters.weight_tensor)
        self._y.copy_(torch.mm(self._x16, self._weight16, out=self._y16))

    def _differentiate_inputs(self, grad: Tensor, input_grad: Tensor) -> None:  # noqa: ARG002 - it is at hand rounded
        input_grad.copy_(torch.mm(self._grad16, self._weight16.t(), out=self._x_grad16))

    def _differentiate(self, x: Array, grad: Tensor) -> None:  # noqa: ARG002 - both are at hand rounded
        self._parameters.weight_grad_tensor.copy_(self._weight_gradient())

    def _descend(self, x: Array, grad: Tensor, lr: float) -> None:  # noqa: ARG002 - both are at hand rounded
        self._parameters.weight_tensor.sub_(self._weight_gradient(), alpha=lr)

    def _weight_gradient(self) -> Tensor:
        return torch.mm(self._x16.t(), self._grad16, out=self._weight_grad16)


class OnednnProducts(Products):
    """By oneDNN's linear layer, A Bᵀ, for weights that lie in memory with their outputs first.

    Its second factor may lie in memory in either order, its first one not. Its results are new each time.
    """

    def _multiply(self, x: Array) -> None:
        self._y.copy_(_multiply_transposed(torch.from_numpy(x), self._parameters.weight_tensor.t()))

    def _differentiate_inputs(self, grad: Tensor, input_grad: Tensor) -> None:
        input_grad.copy_(_multiply_transposed(grad, self._parameters.weight_tensor))

    def _differentiate(self, x: Array, grad: Tensor) -> None:
        self._parameters.weight_grad_tensor.t().copy_(self._weight_gradient(x, grad))

    def _descend(self, x: Array, grad: Tensor, lr: float) -> None:
        self._parameters.weight_tensor.t().sub_(self._weight_gradient(x, grad), alpha=lr)

    @staticmethod
    def _weight_gradient(x: Array, grad: Tensor) -> Tensor:
        """gᵀ x (outputs, inputs)."""
        return _multiply_transposed(grad.t().contiguous(), torch.from_numpy(x.T))


def _multiply_transposed(a: Tensor, b: Tensor) -> Tensor:
    """A Bᵀ for contiguous A (N, K) and B (M, K)."""
    product: Tensor = torch.ops.mkldnn._linear_pointwise(a, b, None, "none", [], "")
    return product
