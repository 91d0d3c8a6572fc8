"""The dense layer behind the convolutions, in bfloat16. It takes its inputs as those leave them: channels last."""

from __future__ import annotations

import torch
from torch import Tensor

from core.learners.steps.dense_parameters import LayerParameters


class Bfloat16Dense:
    """(x · scale) W + b for x (N, places · channels) with the channels last, though W's inputs have the channels first.

    The weights change their order while they are rounded, which takes less time than to change that of the inputs.
    """

    def __init__(self, parameters: LayerParameters, channels: int, scale: float) -> None:
        n_outputs = len(parameters.bias)
        self._by_place, self._grad_by_place = (
            tensor.view(channels, -1, n_outputs).transpose(0, 1)
            for tensor in (parameters.weight_tensor, parameters.weight_grad_tensor)
        )
        self._bias, self._bias_grad = torch.from_numpy(parameters.bias), torch.from_numpy(parameters.bias_grad)
        self._scale = scale
        rounded = torch.empty(2, *self._by_place.shape, dtype=torch.bfloat16)
        self._rounded, self._rounded_grad = rounded
        self._weight, self._weight_grad = rounded.flatten(1, 2)

    def begin(self) -> None:
        """Take over the weights as they are now."""
        self._rounded.copy_(self._by_place)

    def forward(self, x: Tensor, out: Tensor) -> None:
        """From bfloat16 (N, inputs) to float32 (N, outputs)."""
        out.copy_(torch.mm(x, self._weight)).mul_(self._scale).add_(self._bias)

    def backward(self, x: Tensor, grad: Tensor, input_grad: Tensor) -> None:
        """Write the parameters' gradients and the one by x, in bfloat16, from that by the outputs, in float32."""
        scaled = (grad * self._scale).bfloat16()
        torch.mm(x.t(), scaled, out=self._weight_grad)
        self._grad_by_place.copy_(self._rounded_grad)
        torch.sum(grad, 0, out=self._bias_grad)
        torch.mm(scaled, self._weight.t(), out=input_grad)
