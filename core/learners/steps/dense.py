"""A training step of dense layers with its gradients derived by hand: a few dozen calls that allocate little.

The chain rule is written out as in `models.numpy_mlp`, one layer at a time, and autograd is its oracle in the tests.
What autograd costs beside the products is most of a step where layers are narrow or batches small: its graph, new
memory for each result, and an optimizer that goes from parameter to parameter.

Small products are NumPy's, whose calls cost a microsecond; large ones those of the library that is quicker on this
processor (`layer_products.py`). The elementwise work is PyTorch's, on the same memory.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.config.run_config import RunConfig
from core.learners.steps.by_hand import StepByHand
from core.learners.steps.cross_entropy import differentiate_loss
from core.learners.steps.dense_layers import DenseLayer
from core.learners.steps.dense_parameters import (
    Array,
    LayerParameters,
    is_quicker_in_onednn,
    put_inputs_first,
    put_outputs_first,
)
from core.learners.steps.layer_products import choose_products
from core.learners.steps.pixels import PixelScale


class DenseStep(StepByHand["DensePass"]):
    """See `core.learners.steps.base.TrainStep`. The network's parameters become views of one buffer."""

    def __init__(self, config: RunConfig, model: nn.Module, layers: Sequence[DenseLayer], scale: PixelScale) -> None:
        for layer in layers:
            in_onednn = config.precision == "float32" and is_quicker_in_onednn(layer.weight, config.batch_size)
            (put_outputs_first if in_onednn else put_inputs_first)(layer)
        super().__init__(config, model, layers)
        self._scale = scale
        self._precision = config.precision
        # Plain gradient descent needs no optimizer's pass over all parameters: each layer takes its step by itself.
        self._is_plain = config.is_plain_descent

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits (N, 10)."""
        current = self._take_pass(len(pixels))
        self._scale.into(pixels.flatten(1).numpy(), current.inputs.numpy())
        # A network that diverges overflows here; the training loop says so when it sees the loss.
        with np.errstate(all="ignore"):
            return torch.from_numpy(current.forward())

    def backward(self, labels: Tensor, lr: float) -> None:
        """Set the gradients; of plain gradient descent, take the step too."""
        with np.errstate(all="ignore"):
            self._pass.backward(labels.numpy(), lr if self._is_plain else None)

    def update(self, lr: float) -> None:
        """One step of the optimizer."""
        if not self._is_plain:
            super().update(lr)

    def _make_pass(self, count: int) -> DensePass:
        return DensePass(self.layers, count, self._precision)


class DensePass:
    """Forward and backward through all layers for batches of `count` images, with the buffers that these need."""

    def __init__(self, layers: Sequence[LayerParameters], count: int, precision: str) -> None:
        self._x: Array = np.empty((count, len(layers[0].weight)), layers[0].bias.dtype)
        self.inputs = torch.from_numpy(self._x)
        self._layers = [_LayerPass(parameters, count, precision) for parameters in layers]

    def forward(self) -> Array:
        """The logits (N, 10) of `inputs`, in memory of their own."""
        x = self._x
        for layer in self._layers:
            x = layer.forward(x)
        return x.copy()

    def backward(self, labels: NDArray[np.int64], lr: float | None, input_grad: Tensor | None = None) -> None:
        """All gradients of the mean cross-entropy; with `lr` a step down them instead.

        input_grad: takes the gradient by `inputs`, where there is something before them.
        """
        differentiate_loss(self._layers[-1].outputs, labels, self._layers[-1].grad_array)
        for layer, before in zip(self._layers[:0:-1], self._layers[-2::-1], strict=True):
            layer.backward(before.grad, lr)
        self._layers[0].backward(input_grad, lr)


class _LayerPass:
    """One layer, for batches of `count` images. `grad` (N, outputs) takes the loss's gradient by its outputs."""

    def __init__(self, parameters: LayerParameters, count: int, precision: str) -> None:
        self._elementwise = parameters.elementwise()
        self.outputs: Array = np.empty((count, len(parameters.bias)), parameters.bias.dtype)
        self._products = choose_products(parameters, self.outputs, precision)
        self._y = torch.from_numpy(self.outputs)
        self.grad_array: Array = np.empty_like(self.outputs)
        self.grad = torch.from_numpy(self.grad_array)

    def forward(self, x: Array) -> Array:
        """(N, inputs) to (N, outputs): f(x W + b)."""
        self._x = x
        self._products.forward(x)
        y = self._y
        for function in self._elementwise:
            y = function.forward(y)
        return self.outputs if y is self._y else y.numpy()

    def backward(self, input_grad: Tensor | None, lr: float | None) -> None:
        """From `grad` to the parameters' gradients, or a step down them, and where it is asked for to dL/dx = g Wᵀ."""
        for function in reversed(self._elementwise):
            function.backward(self.grad)
        self._products.backward(self._x, self.grad, input_grad, lr)
