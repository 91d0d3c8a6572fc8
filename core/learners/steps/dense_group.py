"""A training step of several networks of dense layers at once, all on the same batch, by plain gradient descent.

Each network keeps its own weights and products, which are those of `core.learners.steps.dense`. What is shared is the
batch, and whatever goes through all networks' values one by one: biases, activations and the softmax. Layers at the
same place lie side by side in one buffer, so that one call serves all networks. On small networks and batches the calls
are most of what a step costs.

Pixels that are 0 in a whole batch have no part in the first layer's products and get no gradient, so those behind the
last ink are left out. Where those with ink come first, they are a quarter of MNIST's.

No network's result depends on which others are in the group: no sum goes over more than one network's values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

import numpy as np
import torch
from torch import Tensor

from core.data.datasets import Images, Labels
from core.learners.steps.cross_entropy import differentiate_loss
from core.learners.steps.dense_parameters import Array, LayerParameters, is_quicker_in_torch, split_product
from core.learners.steps.elementwise import Elementwise
from core.learners.steps.pixels import PixelScale, count_until_last_ink
from models.start import N_CLASSES, N_PIXELS

# A network's layers in their order.
Network = Sequence[LayerParameters]
# Hidden layers' columns begin at a multiple of this: two of the widest registers. PyTorch computes what is left over
# beside full registers by another code, so that what is left over must not depend on a layer's neighbours.
_ALIGN = 32


class DenseGroup:
    """Networks without dropout, which see images alike. Their biases become views of the group's buffers."""

    def __init__(self, networks: Sequence[Network], scale: PixelScale) -> None:
        hidden = [network[:-1] for network in networks]
        self._rows = [_Row(layers, _ALIGN) for layers in zip_longest(*hidden)]
        self._rows.append(_Row([network[-1] for network in networks], 1))
        self._scale = scale
        # By the number of images: an epoch's last batch may be smaller than the others.
        self._passes: dict[int, _GroupPass] = {}

    def step(self, pixels: Images, labels: Labels, lrs: Sequence[float]) -> Array:
        """One update of each of K networks at its own learning rate; returns the logits before it (N, K, 10).

        pixels: (N, 784). labels: (N,).
        """
        count = len(labels)
        if count not in self._passes:
            self._passes[count] = _GroupPass(self._rows, self._scale, count)
        # A network that diverges overflows here; the training loop says so when it sees the loss.
        with np.errstate(all="ignore"):
            return self._passes[count].step(pixels, labels, lrs)


class _Row:
    """The layers at one place, of each network that has one there, and their biases (O,) side by side.

    layers: with the numbers of their networks and their columns, each of which begin at a multiple of `align`.
    """

    def __init__(self, layers: Sequence[LayerParameters | None], align: int) -> None:
        width = 0
        self.layers: list[tuple[int, LayerParameters, slice]] = []
        for number, layer in enumerate(layers):
            if layer:
                columns = slice(width, width + len(layer.bias))
                width = -(-columns.stop // align) * align
                self.layers.append((number, layer, columns))
        self.bias: Array = np.zeros(width, self.layers[0][1].bias.dtype)
        for _, layer, columns in self.layers:
            layer.move_bias(self.bias[columns])
        self._lrs: Array = np.zeros_like(self.bias)
        self._known: Sequence[float] = ()

    def spread(self, lrs: Sequence[float]) -> Array:
        """The learning rate of each bias."""
        if lrs != self._known:
            self._known = lrs
            for number, _, columns in self.layers:
                self._lrs[columns] = lrs[number]
        return self._lrs


class _GroupPass:
    """Forward and backward for batches of `count` images, with the buffers that these need."""

    def __init__(self, rows: Sequence[_Row], scale: PixelScale, count: int) -> None:
        self._scale = scale
        self._images: Array = np.empty((count, N_PIXELS), rows[0].bias.dtype)
        images = _Values(torch.from_numpy(self._images), None)
        inputs = [images] * len(rows[-1].layers)
        self._stages: list[_Stage] = []
        for row in rows:
            self._stages.append(_Stage(row, inputs, count))
            for (number, _, _), outputs in zip(row.layers, self._stages[-1].parts, strict=True):
                inputs[number] = outputs
        last = self._stages[-1]
        self._logits, self._grad = (array.reshape(count, -1, N_CLASSES) for array in (last.outputs, last.grads))

    def step(self, pixels: Images, labels: Labels, lrs: Sequence[float]) -> Array:
        """See `DenseGroup.step`."""
        count = count_until_last_ink(pixels) if self._scale.keeps_black else N_PIXELS
        self._scale.into(pixels[:, :count], self._images[:, :count])
        self._stages[0].read(count)
        for stage in self._stages:
            stage.forward()
        logits = self._logits.copy()
        differentiate_loss(logits, labels, self._grad)
        for stage in reversed(self._stages):
            stage.backward(lrs)
        return logits


@dataclass(frozen=True)
class _Values:
    """One network's values (N, O) at one place, and the loss's gradient by them; by the images none is needed."""

    values: Tensor
    grad: Tensor | None


class _Stage:
    """The layers of a row for batches of `count` images. inputs: of each network, by its number.

    outputs, grads: (N, O) of all of them; parts: of each.
    """

    def __init__(self, row: _Row, inputs: Sequence[_Values], count: int) -> None:
        self._row = row
        self.outputs: Array = np.zeros((count, len(row.bias)), row.bias.dtype)
        self.grads: Array = np.zeros_like(self.outputs)
        self._bias_grad: Array = np.zeros_like(row.bias)
        self._inputs = inputs[:]
        values, grads = torch.from_numpy(self.outputs), torch.from_numpy(self.grads)
        self.parts = [_Values(values[:, columns], grads[:, columns]) for _, _, columns in row.layers]
        # By the number of the inputs that they read.
        self._known: dict[int | None, list[tuple[int, _Products]]] = {}
        self.read(None)
        self._functions = [
            (function, values[:, columns], grads[:, columns]) for function, columns in _join_functions(row)
        ]

    def read(self, count: int | None) -> None:
        """Take the first of all inputs for the products from here on; the others are 0."""
        if count not in self._known:
            self._known[count] = [
                (number, _Products(layer, self._inputs[number], outputs, count))
                for (number, layer, _), outputs in zip(self._row.layers, self.parts, strict=True)
            ]
        self._products = self._known[count]

    def forward(self) -> None:
        """f(x W + b)."""
        for _, products in self._products:
            products.forward()
        np.add(self.outputs, self._row.bias, out=self.outputs)
        for function, values, _ in self._functions:
            function.forward(values)

    def backward(self, lrs: Sequence[float]) -> None:
        """From the gradients by the outputs to those by the inputs, and a step down those by the parameters."""
        for function, _, grads in self._functions:
            function.backward(grads)
        for number, products in self._products:
            products.backward(lrs[number])
        # Row by row, so that no bias depends on its neighbours as it might in a product.
        np.add.reduce(self.grads, 0, out=self._bias_grad)
        self._bias_grad *= self._row.spread(lrs)
        self._row.bias -= self._bias_grad


class _Products:
    """One network's products with one layer's weights, on memory that is the same in every step.

    They are those of `layer_products.Products`. Each array is at hand here before the first step, as NumPy's or as
    PyTorch's.
    count: how many of the inputs are not 0; None where they have a gradient.
    """

    def __init__(self, layer: LayerParameters, inputs: _Values, outputs: _Values, count: int | None) -> None:
        assert outputs.grad is not None
        self._slope = layer if layer.slope_grad is not None else None
        values, weight = inputs.values[:, :count], layer.weight[:count]
        self._is_in_torch = is_quicker_in_torch(weight, len(values))
        self._is_large = layer.is_large or self._is_in_torch
        self._x: Array = values.numpy()
        self._x_t = (self._x.T, values.t())
        self._whole = (values, outputs.values)
        self._parts = split_product(weight, outputs.values.numpy())
        self._weight = layer.weight_tensor[:count]
        self._weight_t = (weight.T, self._weight.t())
        self._weight_grad = (layer.weight_grad[:count], layer.weight_grad_tensor[:count])
        self._grad = (outputs.grad.numpy(), outputs.grad)
        self._x_grad = None if inputs.grad is None else (inputs.grad.numpy(), inputs.grad)

    def forward(self) -> None:
        """x W."""
        if self._is_in_torch:
            values, outputs = self._whole
            torch.mm(values, self._weight, out=outputs)
            return
        for weight, y in self._parts:
            np.matmul(self._x, weight, out=y)

    def backward(self, lr: float) -> None:
        """Set dL/dx = g Wᵀ, and take a step down dL/dW = xᵀ g."""
        if self._is_large:
            self._backward_large(lr)
            return
        if self._x_grad:
            np.matmul(self._grad[0], self._weight_t[0], out=self._x_grad[0])
        np.matmul(self._x_t[0], self._grad[0], out=self._weight_grad[0])
        self._weight.sub_(self._weight_grad[1], alpha=lr)
        if self._slope:
            self._slope.descend_slope(lr)

    def _backward_large(self, lr: float) -> None:
        if self._x_grad:
            torch.mm(self._grad[1], self._weight_t[1], out=self._x_grad[1])
        self._weight.addmm_(self._x_t[1], self._grad[1], alpha=-lr)
        if self._slope:
            self._slope.descend_slope(lr)


def _join_functions(row: _Row) -> Iterator[tuple[Elementwise, slice]]:
    """Activations and their columns: one for neighbours with the same function, with the columns between them."""

    def kind(entry: tuple[int, LayerParameters, slice]) -> str | int:
        # A slope is a layer's own.
        _, layer, _ = entry
        return layer.layer.activation if layer.slope_grad is None else id(layer)

    for _, entries in groupby(row.layers, kind):
        neighbours = [*entries]
        _, first, columns = neighbours[0]
        if first.slope_grad is None:
            columns = slice(columns.start, -(-neighbours[-1][2].stop // _ALIGN) * _ALIGN)
        yield from ((function, columns) for function in first.elementwise())
