"""ReLU and max-pooling of 2×2 in bfloat16, by the integers of the same bits.

Processors compare and select 16-bit integers at once, while they unpack bfloat16 to float32 and round it again. Numbers
from 0 on are in the same order as the integers of their bits, and all below 0 are integers below 0 (IEEE 754). So the
results are exact. NaN is lost where its sign is set.
"""

from __future__ import annotations

import torch
from torch import Tensor

_INTEGER = torch.int16
# Shifted so far, an integer leaves only its sign: −1 below 0, else 0.
_TO_SIGN = 15


def relu_(x: Tensor) -> Tensor:
    """max(x, 0) in place, of any shape."""
    x.view(_INTEGER).clamp_(min=0)
    return x


def pass_above_zero(grad: Tensor, x: Tensor, scratch: Tensor) -> None:
    """ReLU's backward pass: set `grad` to 0 where `x`, its output, is 0.

    scratch: integers (…) of as many values.
    """
    torch.neg(x.view(_INTEGER), out=scratch)
    grad.view(_INTEGER).bitwise_and_(scratch.bitwise_right_shift_(_TO_SIGN))


class IntegerPooling:
    """For pictures (N, 2 H, 2 W, C) to (N, H, W, C). As in PyTorch, a tie goes to the first in reading order.

    grad: takes the gradient by the pictures.
    """

    def __init__(self, count: int, height: int, width: int, channels: int) -> None:
        shape = count, height, 2, width, channels
        self._rows, self._right = (torch.empty(shape, dtype=_INTEGER) for _ in range(2))
        self._lower = self._right.new_empty(count, height, width, channels)
        self._sides = count, height, 2, width, 2, channels
        self.grad = torch.empty(count, 2 * height, 2 * width, channels, dtype=torch.bfloat16)
        self._grad_left, self._grad_right = self._halves(self.grad)

    def _halves(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        left, right = pictures.view(_INTEGER).view(self._sides).unbind(4)
        return left, right

    def forward(self, pictures: Tensor, out: Tensor) -> None:
        """The largest of each four values from 0 on into `out`."""
        left, right = self._halves(pictures)
        upper, lower = self._rows.unbind(2)
        # Of numbers from 0 on, no difference is too large for an integer.
        torch.sub(left, right, out=self._right).bitwise_right_shift_(_TO_SIGN)
        torch.maximum(left, right, out=self._rows)
        torch.sub(upper, lower, out=self._lower).bitwise_right_shift_(_TO_SIGN)
        torch.maximum(upper, lower, out=out.view(_INTEGER))

    def backward(self, grad: Tensor) -> None:
        """From the gradient (N, H, W, C) by the largest values to the one by the pictures."""
        upper, lower = self._rows.unbind(2)
        _split(grad.view(_INTEGER), self._lower, upper, lower)
        _split(self._rows, self._right, self._grad_left, self._grad_right)


def _split(grad: Tensor, is_second: Tensor, first: Tensor, second: Tensor) -> None:
    """The gradient goes to the second where all bits of `is_second` are set, else to the first."""
    torch.bitwise_and(grad, is_second, out=second)
    torch.bitwise_xor(grad, second, out=first)
