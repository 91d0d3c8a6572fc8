"""A training step of `models.cnn.Cnn` on the processor in bfloat16, with its gradients derived by hand.

Weights, gradients and the optimizer are float32. The convolutions and the large dense layer behind them are computed in
bfloat16; what follows is small, and is that of `core.learners.steps.dense` in float32.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.config.run_config import RunConfig
from core.learners.steps.convolutions.bfloat16_convolutions import Bfloat16ConvolutionPass, Bfloat16Convolutions
from core.learners.steps.convolutions.bfloat16_dense import Bfloat16Dense
from core.learners.steps.convolutions.dropout_bits import QuarterDropout
from core.learners.steps.dense import DensePass
from core.learners.steps.dense_layers import DenseLayer
from core.learners.steps.dense_parameters import Array, LayerParameters, put_inputs_first
from core.learners.steps.flat import FlatParameters
from core.learners.steps.flat_optimizers import FlatOptimizer
from core.learners.steps.lane_threads import LaneThreads
from core.learners.steps.pixels import PixelScale
from core.storage.arrays import Arrays
from models.cnn import Cnn


class Bfloat16CnnStep:
    """See `core.learners.steps.base.TrainStep`. The network's parameters become views of one buffer."""

    def __init__(self, config: RunConfig, model: Cnn, scale: PixelScale) -> None:
        layers = [
            DenseLayer(model.fc1.weight, model.fc1.bias, activation="relu", dropout=model.dropout2.p),
            DenseLayer(model.fc2.weight, model.fc2.bias),
        ]
        for layer in layers:
            put_inputs_first(layer)
        flat = FlatParameters(model)
        grads = dict(zip(map(id, flat.parameters), flat.split(flat.grads), strict=True))
        self._convolutions = Bfloat16Convolutions(model, grads)
        self._layers = [LayerParameters(layer, grads) for layer in layers]
        self._dropout = QuarterDropout(model.dropout1.p, torch.int16)
        self._dense = Bfloat16Dense(self._layers[0], model.conv2.out_channels, self._dropout.scale)
        self._scale = scale
        self._optimizer = FlatOptimizer(config, flat, LaneThreads(config.known_threads))
        # By the number of images: an epoch's last batch may be smaller than the others.
        self._passes: dict[int, _Pass] = {}
        self._pass = self._find_pass(0)

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits (N, 10)."""
        self._pass = self._find_pass(len(pixels))
        self._convolutions.begin()
        self._dense.begin()
        # A network that diverges overflows here; the training loop says so when it sees the loss.
        with np.errstate(all="ignore"):
            logits = torch.from_numpy(self._pass.forward(pixels, self._scale))
        # ReLU and pooling by integers would lose it.
        return logits if self._convolutions.is_finite() else logits.fill_(torch.nan)

    def backward(self, labels: Tensor, lr: float) -> None:  # noqa: ARG002 - the optimizer is what takes the step
        """Set the gradients."""
        with np.errstate(all="ignore"):
            self._pass.backward(labels.numpy())

    def update(self, lr: float) -> None:
        """One step of the optimizer."""
        self._optimizer.step(lr)

    def _find_pass(self, count: int) -> _Pass:
        if count not in self._passes:
            convolutions = Bfloat16ConvolutionPass(self._convolutions, self._dropout, count)
            self._passes[count] = _Pass(convolutions, self._dense, self._layers, count)
        return self._passes[count]

    def state(self) -> Arrays:
        """What the optimizer remembers."""
        return self._optimizer.state()

    def load_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Put the optimizer where it was."""
        self._optimizer.load_state(arrays)


class _Pass:
    """Forward and backward for batches of `count` images, with the buffers that these need."""

    def __init__(
        self,
        convolutions: Bfloat16ConvolutionPass,
        dense: Bfloat16Dense,
        layers: Sequence[LayerParameters],
        count: int,
    ) -> None:
        first, last = layers
        self._convolutions, self._dense = convolutions, dense
        self._elementwise = first.elementwise()
        self._last = DensePass([last], count, "float32")
        self._hidden, self._hidden_grad = (torch.empty_like(self._last.inputs) for _ in range(2))
        self._inputs_grad = torch.empty_like(convolutions.outputs)

    def forward(self, pixels: Tensor, scale: PixelScale) -> Array:
        """The logits (N, 10), in memory of their own."""
        self._convolutions.forward(pixels, scale)
        self._dense.forward(self._convolutions.outputs, self._hidden)
        hidden = self._hidden
        for function in self._elementwise:
            hidden = function.forward(hidden)
        self._last.inputs.copy_(hidden)
        return self._last.forward()

    def backward(self, labels: NDArray[np.int64]) -> None:
        """All gradients of the mean cross-entropy."""
        self._last.backward(labels, None, self._hidden_grad)
        for function in reversed(self._elementwise):
            function.backward(self._hidden_grad)
        self._dense.backward(self._convolutions.outputs, self._hidden_grad, self._inputs_grad)
        self._convolutions.backward(self._inputs_grad)
