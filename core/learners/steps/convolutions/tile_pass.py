"""The convolutions of `models.cnn.Cnn`, forward and backward, for a few hundred tiles at a time: they fit the cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from core.learners.steps.convolutions.first_convolution import EDGE, N_INPUTS, FirstConvolution, take_windows
from core.learners.steps.convolutions.pooling import Pooling
from core.learners.steps.convolutions.winograd import WinogradTiles, WinogradWeights
from core.learners.steps.lane_threads import LaneThreads
from models.cnn import Cnn

# Tiles at a time: their 16 products of 64 channels take 1.5 MB.
_CHUNK = 384
# Chunks have sizes in steps of this, so that passes for few sizes are kept.
_GRAIN = 16
# Outputs of the first convolution in a tile.
_POINTS = EDGE**2

_pass_above = torch.ops.aten.threshold_backward.grad_input


class Convolutions:
    """Both convolutions' parameters and gradients, and passes over tiles.

    grads: by the parameter's id. threads: share the passes, each in a lane of its own.
    """

    def __init__(self, model: Cnn, grads: Mapping[int, Tensor], threads: LaneThreads) -> None:
        def pair(name: str) -> tuple[Tensor, Tensor]:
            parameter = model.get_parameter(name)
            return parameter.detach(), grads[id(parameter)]

        first = FirstConvolution(*pair("conv1.weight"), *pair("conv1.bias"))
        lane = Lane(first, WinogradWeights(*pair("conv2.weight")))
        self._lanes = [lane, *(lane.twin() for _ in range(1, threads.count))]
        self._threads = threads
        self.bias, self.bias_grad = pair("conv2.bias")
        # Channels behind the convolutions.
        self.outer = len(self.bias)

    def begin(self) -> None:
        """Take over the parameters as they are now, and set the gradients to 0."""
        own, *others = self._lanes
        own.first.begin()
        own.second.begin()
        for lane in others:
            lane.first.clear()
            lane.second.clear()

    def end(self) -> None:
        """Write the gradients of the weights."""
        own, *others = self._lanes
        # Always in the same order, so that they are rounded in the same way.
        for lane in others:
            own.first.add(lane.first)
            own.second.add(lane.second)
        own.first.end()
        own.second.end()

    def each_pass(self, count: int, go: Callable[[TilePass, int], None]) -> None:
        """Call `go` for each pass over so many tiles together, with the tile at which it starts; in several threads."""
        self._threads.run([partial(_go_through, passes, go) for passes in self._passes(count)])

    def _passes(self, count: int) -> list[list[tuple[TilePass, int]]]:
        """Of each lane, its passes and where they start.

        Each is for about as many tiles. Which lane has which depends on `count` alone, and so do the gradients' bits.
        """
        n_lanes = len(self._lanes)
        # As many for each lane.
        chunks = -(-count // (_CHUNK * n_lanes)) * n_lanes
        size = -(-count // (chunks * _GRAIN)) * _GRAIN
        return [
            [(lane.find(min(size, count - start)), start) for start in range(number * size, count, n_lanes * size)]
            for number, lane in enumerate(self._lanes)
        ]


def _go_through(passes: Sequence[tuple[TilePass, int]], go: Callable[[TilePass, int], None]) -> None:
    for one_pass, start in passes:
        go(one_pass, start)


class Lane:
    """What one thread needs for its passes: memory and gradients of its own."""

    def __init__(self, first: FirstConvolution, second: WinogradWeights) -> None:
        self.first, self.second = first, second
        inner, outer = second.matrices.shape[1:]
        sizes = N_INPUTS * _POINTS, _POINTS * inner, _POINTS * inner, _POINTS * outer, 2 * outer
        self._memory = [second.matrices.new_empty(size * _CHUNK) for size in sizes]
        self._passes: dict[int, TilePass] = {}

    def twin(self) -> Lane:
        """Another lane with the same parameters."""
        return Lane(self.first.twin(), self.second.twin())

    def find(self, count: int) -> TilePass:
        """The pass for so many tiles."""
        if count not in self._passes:
            memory = [part[: len(part) // _CHUNK * count] for part in self._memory]
            self._passes[count] = TilePass(self.first, self.second, count, memory)
        return self._passes[count]


class TilePass:
    """For `count` tiles: convolution, ReLU, convolution and max-pooling.

    memory: five buffers for what lives within one call. Besides the pooling nothing is kept for the backward pass:
    to compute the first convolution again takes no longer than to fetch it from behind the cache.
    """

    def __init__(self, first: FirstConvolution, second: WinogradWeights, count: int, memory: list[Tensor]) -> None:
        self.count = count
        windows, hidden, inputs, products, rows = memory
        self._first = first
        self._windows, self._windows_of_tiles = windows.view(N_INPUTS, -1), windows.view(N_INPUTS, EDGE, EDGE, count)
        self._hidden, self._hidden_grad = (x.view(_POINTS * count, -1) for x in (hidden, inputs))
        self._second = WinogradTiles(second, *(x.view(EDGE, EDGE, count, -1) for x in (hidden, inputs, products)))
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
