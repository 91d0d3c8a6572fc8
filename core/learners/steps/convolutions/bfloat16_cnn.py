"""A training step of `models.cnn.Cnn` on the processor in bfloat16, with its gradients derived by hand.

Weights, gradients and the optimizer are float32. The convolutions and the large dense layer behind them are computed in
bfloat16; what follows is small, and is that of `core.learners.steps.dense` in float32.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.config.run_config import RunConfig
from core.learners.steps.by_hand import StepByHand
from core.learners.steps.convolutions.bfloat16_convolutions import Bfloat16ConvolutionPass, Bfloat16Convolutions
from core.learners.steps.convolutions.bfloat16_dense import Bfloat16Dense
from core.learners.steps.convolutions.cnn_layers import prepare_dense_layers
from core.learners.steps.convolutions.dropout_bits import QuarterDropout
from core.learners.steps.dense import DensePass
from core.learners.steps.dense_parameters import Array, LayerParameters
from core.learners.steps.lane_threads import LaneThreads
from core.learners.steps.pixels import PixelScale
from models.cnn import Cnn


class Bfloat16CnnStep(StepByHand["_Pass"]):
    """See `core.learners.steps.base.TrainStep`. The network's parameters become views of one buffer."""

    def __init__(self, config: RunConfig, model: Cnn, scale: PixelScale) -> None:
        super().__init__(config, model, prepare_dense_layers(model), LaneThreads(config.known_threads))
        self._convolutions = Bfloat16Convolutions(model, self._grads)
        self._dropout = QuarterDropout(model.dropout1.p, torch.int16)
        self._dense = Bfloat16Dense(self.layers[0], model.conv2.out_channels, self._dropout.scale)
        self._scale = scale

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits (N, 10)."""
        current = self._take_pass(len(pixels))
        self._convolutions.begin()
        self._dense.begin()
        # A network that diverges overflows here; the training loop says so when it sees the loss.
        with np.errstate(all="ignore"):
            logits = torch.from_numpy(current.forward(pixels, self._scale))
        # ReLU and pooling by integers would lose it.
        return logits if self._convolutions.is_finite() else logits.fill_(torch.nan)

    def backward(self, labels: Tensor, lr: float) -> None:  # noqa: ARG002 - the optimizer is what takes the step
        """Set the gradients."""
        with np.errstate(all="ignore"):
            self._pass.backward(labels.numpy())

    def _make_pass(self, count: int) -> _Pass:
        convolutions = Bfloat16ConvolutionPass(self._convolutions, self._dropout, count)
        return _Pass(convolutions, self._dense, self.layers, count)


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
