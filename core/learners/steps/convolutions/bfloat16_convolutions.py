"""The convolutions of `models.cnn.Cnn` in bfloat16, by oneDNN: several times faster on processors made for it.

Weights and their gradients are float32; everything between the pixels and the dense layers is bfloat16, with the
channels last in memory.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from core.learners.steps.convolutions.dropout_bits import QuarterDropout
from core.learners.steps.convolutions.first_convolution import N_INPUTS, TAPS
from core.learners.steps.convolutions.integer_pooling import IntegerPooling, pass_above_zero, relu_
from core.learners.steps.pixels import PixelScale
from models.cnn import Cnn
from models.start import SIDE

_KERNEL = 3
# Outputs along an edge behind the first convolution, and behind the pooling.
_INNER_SIDE = SIDE - _KERNEL + 1
_POOLED_SIDE = (_INNER_SIDE - _KERNEL + 1) // 2

_convolution_backward = torch.ops.aten.convolution_backward


class Bfloat16Convolutions:
    """Both convolutions' parameters, rounded for a step, and their gradients.

    matrix: of the first one, nine taps and the bias, (10, channels). weight, bias: of the second one. grads: by the
    parameter's id.
    """

    def __init__(self, model: Cnn, grads: Mapping[int, Tensor]) -> None:
        def pair(name: str) -> tuple[Tensor, Tensor]:
            parameter = model.get_parameter(name)
            return parameter.detach(), grads[id(parameter)]

        self._taps, self._taps_grad = (tensor.view(-1, TAPS).t() for tensor in pair("conv1.weight"))
        self._first_bias, self._first_bias_grad = pair("conv1.bias")
        self._weight, self._weight_grad = pair("conv2.weight")
        self._bias, self._bias_grad = pair("conv2.bias")
        self.matrix = torch.empty(N_INPUTS, len(self._first_bias), dtype=torch.bfloat16)
        self.weight = torch.empty_like(self._weight, dtype=torch.bfloat16)
        self.bias = torch.empty_like(self._bias, dtype=torch.bfloat16)

    def begin(self) -> None:
        """Take over the parameters as they are now."""
        self.matrix[:TAPS] = self._taps
        self.matrix[TAPS] = self._first_bias
        self.weight.copy_(self._weight)
        self.bias.copy_(self._bias)

    def is_finite(self) -> bool:
        """Whether neither an infinity nor NaN is among the parameters."""
        return all(bool(tensor.isfinite().all()) for tensor in (self.matrix, self.weight, self.bias))

    def end(self, matrix_grad: Tensor, weight_grad: Tensor, bias_grad: Tensor) -> None:
        """Write the parameters' gradients."""
        self._taps_grad.copy_(matrix_grad[:TAPS])
        self._first_bias_grad.copy_(matrix_grad[TAPS])
        self._weight_grad.copy_(weight_grad)
        self._bias_grad.copy_(bias_grad)


class Bfloat16ConvolutionPass:
    """Both convolutions, pooling and dropout for batches of `count` images.

    outputs: (N, 144 · channels), the channels last, 0 where a value was dropped, else not yet divided by what is kept.
    """

    def __init__(self, convolutions: Bfloat16Convolutions, dropout: QuarterDropout, count: int) -> None:
        inner, outer = convolutions.matrix.shape[1], len(convolutions.bias)
        new = convolutions.matrix.new_empty
        self._convolutions, self._dropout = convolutions, dropout
        self._scaled = torch.empty(count, SIDE, SIDE)
        self._images = new(count, SIDE, SIDE)
        # By tap, then as the outputs: windows overlap in memory.
        sizes, image, row, column = (_KERNEL, _KERNEL, count, _INNER_SIDE, _INNER_SIDE), SIDE**2, SIDE, 1
        self._overlapping = self._images.as_strided(sizes, (row, column, image, row, column))
        self._windows = torch.ones(N_INPUTS, count * _INNER_SIDE**2, dtype=torch.bfloat16)
        self._taps = self._windows[:TAPS].view(sizes)
        self._hidden = new(count * _INNER_SIDE**2, inner)
        self._pictures = self._hidden.view(count, _INNER_SIDE, _INNER_SIDE, inner).permute(0, 3, 1, 2)
        self._hidden_scratch = torch.empty(self._hidden.shape, dtype=torch.int16)
        self._pooling = IntegerPooling(count, _POOLED_SIDE, _POOLED_SIDE, outer)
        self._pooled = new(count, _POOLED_SIDE, _POOLED_SIDE, outer)
        self.outputs = self._pooled.flatten(1)
        self._mask, self._scratch = (torch.empty(self.outputs.shape, dtype=torch.int16) for _ in range(2))
        self._ones = torch.ones(1, count * _POOLED_SIDE**2, dtype=torch.bfloat16)

    def forward(self, pixels: Tensor, scale: PixelScale) -> None:
        """Set the outputs, for pixels (N, 28, 28)."""
        scale.into(pixels.numpy(), self._scaled.numpy())
        self._images.copy_(self._scaled)
        self._taps.copy_(self._overlapping)
        relu_(torch.mm(self._windows.t(), self._convolutions.matrix, out=self._hidden))
        # Kept until the next one is made: memory that is given back between steps has to be cleared by the system.
        self._behind = F.conv2d(self._pictures, self._convolutions.weight, self._convolutions.bias)
        self._pooling.forward(relu_(self._behind.permute(0, 2, 3, 1)), self._pooled)
        self._dropout.draw(self._mask)
        self.outputs.view(torch.int16).bitwise_and_(self._mask)

    def backward(self, grad: Tensor) -> None:
        """Write the parameters' gradients, from the one by the outputs (N, 144 · channels), which is overwritten."""
        # Above 0 is what neither ReLU nor dropout has made 0.
        pass_above_zero(grad, self.outputs, self._scratch)
        channels = self._pooled.shape[3]
        bias_grad = torch.mm(self._ones, grad.view(-1, channels)).view(-1)
        self._pooling.backward(grad.view(self._pooled.shape))
        more = [1, 1], [0, 0], [1, 1], False, [0, 0], 1, [True, True, False]
        behind_grad = self._pooling.grad.permute(0, 3, 1, 2)
        self._input_grad, weight_grad, _ = _convolution_backward(
            behind_grad, self._pictures, self._convolutions.weight, None, *more
        )
        hidden_grad = self._input_grad.permute(0, 2, 3, 1).view(self._hidden.shape)
        pass_above_zero(hidden_grad, self._hidden, self._hidden_scratch)
        self._convolutions.end(torch.mm(self._windows, hidden_grad), weight_grad, bias_grad)
