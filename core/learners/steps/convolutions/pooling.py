"""Max-pooling of 2×2 over four tensors of corners, which finds the largest by differences and without indices."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

# The largest float32 below 0: what is above it is at least 0.
_BELOW_ZERO = -float(np.nextafter(np.float32(0), np.float32(1)))

_pass_above = torch.ops.aten.threshold_backward.grad_input


class Pooling:
    """For corners (2, 2, …), columns first, then rows. As in PyTorch, a tie goes to the first in reading order."""

    def __init__(self, differences: Tensor) -> None:
        """differences: memory (3, …) for what is kept from the forward pass to the backward pass."""
        # Left minus right in both rows, then the upper row's largest minus the lower row's.
        self._across, self._down = differences[:2], differences[2]

    def forward(self, corners: Tensor, rows: Tensor, out: Tensor) -> None:
        """The largest into `out` (…). rows: scratch (2, …)."""
        left, right = corners
        torch.sub(left, right, out=self._across)
        torch.maximum(left, right, out=rows)
        torch.sub(rows[0], rows[1], out=self._down)
        torch.maximum(rows[0], rows[1], out=out)

    def backward(self, grad: Tensor, rows: Tensor, corners: Tensor) -> None:
        """From the gradient by the largest to those by the corners. rows: scratch (2, …)."""
        _split(grad, self._down, rows[0], rows[1])
        _split(rows, self._across, corners[0], corners[1])


def _split(grad: Tensor, difference: Tensor, first: Tensor, second: Tensor) -> None:
    """The gradient goes to the first where the difference is at least 0, else to the second."""
    _pass_above(grad, difference, _BELOW_ZERO, grad_input=first)
    torch.sub(grad, first, out=second)
