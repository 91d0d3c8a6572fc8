"""The convolutions of `models.cnn.Cnn`, forward and backward, for a few hundred tiles at a time: they fit the cache."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from core.learners.steps.convolutions.first_convolution import EDGE, N_INPUTS, FirstConvolution, take_windows
from core.learners.steps.convolutions.pooling import Pooling
from core.learners.steps.convolutions.winograd import WinogradTiles, WinogradWeights
from models.cnn import Cnn

# Tiles at a time: their 16 products of 64 channels take 1.5 MB.
_CHUNK = 384
# Chunks have sizes in steps of this, so that passes for few sizes are kept.
_GRAIN = 16
# Outputs of the first convolution in a tile.
_POINTS = EDGE**2

_pass_above = torch.ops.aten.threshold_backward.grad_input


class Convolutions:
    """Both convolutions' parameters and gradients, and passes over tiles. grads: by the parameter's id."""

    def __init__(self, model: Cnn, grads: Mapping[int, Tensor]) -> None:
        def pair(name: str) -> tuple[Tensor, Tensor]:
            parameter = model.get_parameter(name)
            return parameter.detach(), grads[id(parameter)]

        self.first = FirstConvolution(*pair("conv1.weight"), *pair("conv1.bias"))
        self.second = WinogradWeights(*pair("conv2.weight"))
        self.bias, self.bias_grad = pair("conv2.bias")
        # Channels between the convolutions and behind them.
        self.inner, self.outer = self.second.matrices.shape[1:]
        sizes = N_INPUTS * _POINTS, _POINTS * self.inner, _POINTS * self.inner, _POINTS * self.outer, 2 * self.outer
        self._memory = [self.bias.new_empty(size * _CHUNK) for size in sizes]
        self._passes: dict[int, TilePass] = {}

    def begin(self) -> None:
        """Take over the parameters as they are now, and set the gradients to 0."""
        self.first.begin()
        self.second.begin()

    def end(self) -> None:
        """Write the gradients of the weights."""
        self.first.end()
        self.second.end()

    def passes(self, count: int) -> list[TilePass]:
        """For so many tiles together, each for about as many."""
        share = -(-count // -(-count // _CHUNK))
        size = -(-share // _GRAIN) * _GRAIN
        return [self._find(min(size, count - start)) for start in range(0, count, size)]

    def _find(self, count: int) -> TilePass:
        if count not in self._passes:
            self._passes[count] = TilePass(self, count, [part[: len(part) // _CHUNK * count] for part in self._memory])
        return self._passes[count]


class TilePass:
    """For `count` tiles: convolution, ReLU, convolution and max-pooling.

    memory: five buffers for what lives within one call. Besides the pooling nothing is kept for the backward pass:
    to compute the first convolution again takes no longer than to fetch it from behind the cache.
    """

    def __init__(self, convolutions: Convolutions, count: int, memory: list[Tensor]) -> None:
        self.count = count
        windows, hidden, inputs, products, rows = memory
        self._first = convolutions.first
        self._windows, self._windows_of_tiles = windows.view(N_INPUTS, -1), windows.view(N_INPUTS, EDGE, EDGE, count)
        self._hidden, self._hidden_grad = (x.view(_POINTS * count, -1) for x in (hidden, inputs))
        self._second = WinogradTiles(
            convolutions.second, *(x.view(EDGE, EDGE, count, -1) for x in (hidden, inputs, products))
        )
        self._rows = rows.view(2, count, -1)

    def forward(self, patches: Tensor, pooling: Pooling, out: Tensor) -> None:
        """From pixels (6, 6, count) to pooled outputs (count, channels), without bias."""
        self._transform(patches)
        self._second.multiply()
        pooling.forward(self._second.outputs, self._rows, out)

    def backward(self, patches: Tensor, pooling: Pooling, grad: Tensor) -> None:
        """Add up the gradients, from those by the pooled outputs."""
        self._transform(patches)
        pooling.backward(grad, self._rows, self._second.output_grads)
        self._second.backward()
        _pass_above(self._hidden_grad, self._hidden, 0, grad_input=self._hidden_grad)
        self._first.backward(self._windows, self._hidden_grad)

    def _transform(self, patches: Tensor) -> None:
        take_windows(patches, self._windows_of_tiles)
        self._first.forward(self._windows, self._hidden)
        self._second.transform()
