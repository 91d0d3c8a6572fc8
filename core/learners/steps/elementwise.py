"""What goes through a layer's outputs value by value, forward and backward, in place wherever that loses nothing."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

_aten = torch.ops.aten


class Elementwise(Protocol):
    """A function of each value, for batches of one size. Its backward pass follows its own forward pass."""

    def forward(self, x: Tensor) -> Tensor:
        """The outputs; `x` may be overwritten."""

    def backward(self, grad: Tensor) -> None:
        """From the loss's gradient by the outputs to the one by the inputs, in place."""


class Relu:
    """y = max(x, 0)."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        self._y = torch.relu_(x)
        return self._y

    def backward(self, grad: Tensor) -> None:
        """The gradient passes where the input was above 0."""
        _aten.threshold_backward.grad_input(grad, self._y, 0, grad_input=grad)


class Sigmoid:
    """y = 1 / (1 + exp(−x))."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        self._y = x.sigmoid_()
        return self._y

    def backward(self, grad: Tensor) -> None:
        """dy/dx = y (1 − y)."""
        _aten.sigmoid_backward.grad_input(grad, self._y, grad_input=grad)


class Tanh:
    """y = tanh(x)."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        self._y = x.tanh_()
        return self._y

    def backward(self, grad: Tensor) -> None:
        """dy/dx = 1 − y²."""
        _aten.tanh_backward.grad_input(grad, self._y, grad_input=grad)


class PRelu:
    """y = max(x, 0) + a min(x, 0), with one slope `a`, a parameter (He et al. 2015, arXiv:1502.01852)."""

    def __init__(self, slope: Tensor, slope_grad: Tensor) -> None:
        self._slope = slope
        self._slope_grad = slope_grad

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        self._below = x.clamp(max=0)
        return x.clamp_(min=0).addcmul_(self._below, self._slope)

    def backward(self, grad: Tensor) -> None:
        """1 above 0 and `a` below; the slope's gradient is summed over all values."""
        torch.sum(grad * self._below, (0, 1), keepdim=False, out=self._slope_grad[0])
        grad.mul_(torch.where(self._below < 0, self._slope, 1.0))


class Dropout:
    """Each value is 0 with probability `share`, else divided by 1 − share (Srivastava et al. 2014)."""

    def __init__(self, share: float) -> None:
        self._kept = 1 - share

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        # As torch.nn.functional.dropout draws it, so that a seed means the same.
        self._mask = torch.empty_like(x).bernoulli_(self._kept).div_(self._kept)
        # The activation before still needs its own outputs.
        return x * self._mask

    def backward(self, grad: Tensor) -> None:
        """What was dropped has no gradient."""
        grad.mul_(self._mask)
