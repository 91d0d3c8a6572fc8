"""A training step of `models.cnn.Cnn` on the processor with its gradients derived by hand.

Most of a step is the second convolution. It is computed in Winograd's way, together with the pooling behind it, and for
all tiles without ink just once (`ink_tiles`): the same numbers up to rounding, by a third of the multiplications.
The dense layers are those of `dense`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.config.run_config import RunConfig
from core.learners.steps.by_hand import StepByHand
from core.learners.steps.convolutions.cnn_layers import prepare_dense_layers
from core.learners.steps.convolutions.dropout_bits import QuarterDropout
from core.learners.steps.convolutions.ink_tiles import GRID, TileCutter
from core.learners.steps.convolutions.pooling import Pooling
from core.learners.steps.convolutions.tile_pass import Convolutions, TilePass
from core.learners.steps.convolutions.winograd import columns_first
from core.learners.steps.dense import DensePass
from core.learners.steps.dense_parameters import Array, LayerParameters
from core.learners.steps.lane_threads import LaneThreads
from core.learners.steps.pixels import PixelScale
from models.cnn import Cnn

_pass_above = torch.ops.aten.threshold_backward.grad_input


class CnnStep(StepByHand["_Pass"]):
    """See `core.learners.steps.base.TrainStep`. The network's parameters become views of one buffer."""

    def __init__(self, config: RunConfig, model: Cnn, scale: PixelScale) -> None:
        layers = prepare_dense_layers(model)
        model.conv2.weight.data = columns_first(model.conv2.weight.detach())
        self._threads = LaneThreads(config.known_threads)
        super().__init__(config, model, layers, self._threads)
        self._convolutions = Convolutions(model, self._grads, self._threads)
        self._dropout = QuarterDropout(model.dropout1.p, model.conv2.weight.dtype)
        self._scale = scale

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits (N, 10)."""
        current = self._take_pass(len(pixels))
        self._convolutions.begin()
        # A network that diverges overflows here; the training loop says so when it sees the loss.
        with np.errstate(all="ignore"), self._threads.main_alone():
            return torch.from_numpy(current.forward(pixels, self._scale))

    def backward(self, labels: Tensor, lr: float) -> None:  # noqa: ARG002 - the optimizer is what takes the step
        """Set the gradients."""
        with np.errstate(all="ignore"), self._threads.main_alone():
            self._pass.backward(labels.numpy())
        self._convolutions.end()

    def _make_pass(self, count: int) -> _Pass:
        return _Pass(self._convolutions, self.layers, self._dropout, count)


class _Pass:
    """Forward and backward for batches of `count` images, with the buffers that these need."""

    def __init__(
        self,
        convolutions: Convolutions,
        layers: Sequence[LayerParameters],
        dropout: QuarterDropout,
        count: int,
    ) -> None:
        self._convolutions = convolutions
        self._dropout = dropout
        self._cut = TileCutter(count)
        self._dense = DensePass(layers, count, "float32")
        self._inputs = self._dense.inputs
        self._mask, self._inputs_grad = torch.empty_like(self._inputs), torch.empty_like(self._inputs)
        places, channels = count * GRID**2, convolutions.outer
        # What stands at each place of the images, and the order in which the dense layers take it: channels first.
        self._grid = self._inputs.new_empty(places, channels)
        self._by_image = self._grid.view(count, GRID**2, channels).transpose(1, 2)
        # The same for each tile; with all of them inked there is one more.
        self._pooled = self._inputs.new_empty(places + 1, channels)
        self._differences = self._inputs.new_empty((places + 1) * 3 * channels)
        self._ones = np.ones(places, self._grid.numpy().dtype)

    def forward(self, pixels: Tensor, scale: PixelScale) -> Array:
        """The logits (N, 10), in memory of their own."""
        self._tiles = self._cut(pixels.numpy())
        self._patches = self._grid.new_empty(self._tiles.patches.shape)
        scale.into(self._tiles.patches.numpy(), self._patches.numpy())
        pooled = self._pooled[: self._patches.shape[2]]
        self._each_pass(pooled, backward=False)
        pooled.add_(self._convolutions.bias)
        self._tiles.spread(pooled, self._grid)
        self._inputs.view_as(self._by_image).copy_(self._by_image)
        self._dropout.draw(self._mask)
        self._inputs.relu_().mul_(self._mask)
        return self._dense.forward()

    def backward(self, labels: NDArray[np.int64]) -> None:
        """All gradients of the mean cross-entropy; those of the convolutions' weights are only added up."""
        self._dense.backward(labels, None, self._inputs_grad)
        # Above 0 is what neither ReLU nor dropout has made 0.
        _pass_above(self._inputs_grad, self._inputs, 0, grad_input=self._inputs_grad)
        self._inputs_grad.mul_(self._dropout.scale)
        self._by_image.copy_(self._inputs_grad.view_as(self._by_image))
        np.dot(self._ones, self._grid.numpy(), out=self._convolutions.bias_grad.numpy())
        pooled_grad = self._pooled[: self._patches.shape[2]]
        self._tiles.gather(self._grid, pooled_grad)
        self._each_pass(pooled_grad, backward=True)

    def _each_pass(self, pooled: Tensor, backward: bool) -> None:
        """Go through all tiles. pooled: (tiles, channels), the outputs or their gradients."""
        channels = pooled.shape[1]

        def go_through(one_pass: TilePass, start: int) -> None:
            stop = start + one_pass.count
            memory = self._differences[3 * channels * start : 3 * channels * stop]
            pooling = Pooling(memory.view(3, one_pass.count, channels))
            go = one_pass.backward if backward else one_pass.forward
            go(self._patches[:, :, start:stop], pooling, pooled[start:stop])

        self._convolutions.each_pass(len(pooled), go_through)
