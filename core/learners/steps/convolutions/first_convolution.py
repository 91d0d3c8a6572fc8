"""A 3×3 convolution of one channel with ReLU behind it, as one product for all outputs of many tiles."""

from __future__ import annotations

from copy import copy

import torch
from torch import Tensor

from core.learners.steps.convolutions.ink_tiles import PATCH

# Outputs along an edge of a tile.
EDGE = PATCH - 2
# What multiplies an output's pixels: nine taps, and the bias with a 1.
N_INPUTS = 10
TAPS = 9


class FirstConvolution:
    """From windows (10, 16 · tiles), nine pixels and a 1 for each output, to outputs (16 · tiles, channels).

    weight, weight_grad: (channels, 1, 3, 3), in the default order in memory. bias, bias_grad: (channels,).
    """

    def __init__(self, weight: Tensor, weight_grad: Tensor, bias: Tensor, bias_grad: Tensor) -> None:
        self._taps, self._taps_grad = (tensor.view(len(bias), TAPS).t() for tensor in (weight, weight_grad))
        self._bias, self._bias_grad = bias, bias_grad
        self._matrix = weight.new_empty(N_INPUTS, len(bias))
        self._matrix_grad = torch.empty_like(self._matrix)

    def begin(self) -> None:
        """Take over the parameters as they are now, and set the gradients to 0."""
        self._matrix[:TAPS] = self._taps
        self._matrix[TAPS] = self._bias
        self.clear()

    def clear(self) -> None:
        """Set the gradients to 0."""
        self._matrix_grad.zero_()

    def twin(self) -> FirstConvolution:
        """The same parameters with gradients of its own, for another thread; `add` takes these back."""
        twin = copy(self)
        twin._matrix_grad = torch.empty_like(self._matrix_grad)
        return twin

    def add(self, twin: FirstConvolution) -> None:
        """Add the gradients of a twin to these."""
        self._matrix_grad.add_(twin._matrix_grad)

    def forward(self, windows: Tensor, out: Tensor) -> None:
        """max(x W + b, 0)."""
        torch.mm(windows.t(), self._matrix, out=out).relu_()

    def backward(self, windows: Tensor, grad: Tensor) -> None:
        """Add up the gradients, from those by x W + b."""
        self._matrix_grad.addmm_(windows, grad)

    def end(self) -> None:
        """Write the parameters' gradients."""
        self._taps_grad.copy_(self._matrix_grad[:TAPS])
        self._bias_grad.copy_(self._matrix_grad[TAPS])


def take_windows(patches: Tensor, out: Tensor) -> None:
    """From pixels (6, 6, tiles) to `out` (10, 4, 4, tiles): by tap, then by the outputs' columns and rows."""
    row, column, tile = patches.stride()
    sizes = (3, 3, EDGE, EDGE, patches.shape[2])
    # Windows overlap in memory.
    windows = patches.as_strided(sizes, (row, column, column, row, tile), patches.storage_offset())
    out[:TAPS].view(sizes).copy_(windows)
    out[TAPS] = 1
