"""A 3×3 convolution in Winograd's way: four neighbouring outputs by 16 multiplications a channel instead of 36.

A. Lavin & S. Gray 2015 (arXiv:1509.09308), F(2×2, 3×3). The 4×4 inputs of a tile and the weights are transformed by
additions, multiplied as 16 matrices, and the products are transformed back to the 2×2 outputs. Along one axis,
inputs d0…d3 become d0 − d2, d1 + d2, d2 − d1, d3 − d1, and products m0…m3 become m0 + m1 + m2 and m1 − m2 + m3.
Each transform is linear, so its gradient is the transposed one.

Where inputs do not change along an axis, all differences are exactly 0. So outputs that are equal because their inputs
are equal come out equal to the last bit, and max-pooling finds the same ties as behind any other convolution.
"""

from __future__ import annotations

from copy import copy

import numpy as np
import torch
from torch import Tensor

# The weights' transform along one axis.
_WEIGHTS = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
_MATRICES = 16


class WinogradWeights:
    """The transformed weights of one convolution.

    weight, grad: (outputs, inputs, 3, 3), which lie in memory as `columns_first` orders them.
    """

    def __init__(self, weight: Tensor, grad: Tensor) -> None:
        outputs, inputs = weight.shape[:2]
        self._weight, self._grad = (tensor.permute(3, 2, 1, 0).view(9, -1) for tensor in (weight, grad))
        self._transform = torch.from_numpy(np.kron(_WEIGHTS, _WEIGHTS)).to(weight.dtype)
        # (16, inputs, outputs)
        self.matrices = weight.new_empty(_MATRICES, inputs, outputs)
        self.matrices_grad = torch.empty_like(self.matrices)

    def begin(self) -> None:
        """Transform the weights as they are now, and set the gradient to 0."""
        torch.mm(self._transform, self._weight, out=self.matrices.view(_MATRICES, -1))
        self.clear()

    def clear(self) -> None:
        """Set the gradient to 0."""
        self.matrices_grad.zero_()

    def twin(self) -> WinogradWeights:
        """The same weights with a gradient of their own, for another thread; `add` takes it back."""
        twin = copy(self)
        twin.matrices_grad = torch.empty_like(self.matrices_grad)
        return twin

    def add(self, twin: WinogradWeights) -> None:
        """Add the gradient of a twin to this one."""
        self.matrices_grad.add_(twin.matrices_grad)

    def end(self) -> None:
        """Write the weights' gradient, from that of `matrices`."""
        torch.mm(self._transform.t(), self.matrices_grad.view(_MATRICES, -1), out=self._grad)


def columns_first(weight: Tensor) -> Tensor:
    """The same weights (outputs, inputs, 3, 3) in memory as (columns, rows, inputs, outputs)."""
    return weight.permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0)


class WinogradTiles:
    """The transforms of some tiles, from and to memory that is given.

    hidden: the tiles' inputs (4, 4, tiles, inputs), their columns first, then their rows. transformed: as `hidden`.
    products: (4, 4, tiles, outputs). Views of them are made once: they would take as long as the additions.
    """

    def __init__(self, weights: WinogradWeights, hidden: Tensor, transformed: Tensor, products: Tensor) -> None:
        self._weights = weights
        self._hidden = hidden.unbind(0)
        self._columns, self._rows = transformed.unbind(0), transformed.unbind(1)
        self._transformed = transformed.flatten(0, 1)
        self._products = products.flatten(0, 1)
        # Outputs are left where the first two columns and rows of the products were.
        self.outputs = products[:2, :2]
        self._sums = products.unbind(0), products[:2].unbind(1)
        # Their gradients are awaited in the four corners.
        self.output_grads = products[::3, ::3]
        self._shares = products[:, ::3].unbind(0), products.unbind(1)

    def transform(self) -> None:
        """From the inputs to what the matrices multiply."""
        d, t = self._hidden, self._columns
        torch.sub(d[0], d[2], out=t[0])
        torch.add(d[1], d[2], out=t[1])
        torch.sub(d[2], d[1], out=t[2])
        torch.sub(d[3], d[1], out=t[3])
        d = self._rows
        d[0].sub_(d[2])
        d[3].sub_(d[1])
        d[2].sub_(d[1])
        # d1 + d2, now that d2 − d1 stands in d2's place.
        torch.add(d[2], d[1], alpha=2, out=d[1])

    def multiply(self) -> None:
        """From there to the outputs."""
        torch.bmm(self._transformed, self._weights.matrices, out=self._products)
        for m in self._sums:
            m[0].add_(m[1]).add_(m[2])
            m[1].sub_(m[2]).add_(m[3])

    def backward(self) -> None:
        """Add up the weights' gradient; that by the inputs takes the place of what `transform` made."""
        for g in self._shares:
            torch.add(g[0], g[3], out=g[1])
            torch.sub(g[0], g[3], out=g[2])
        self._weights.matrices_grad.baddbmm_(self._transformed.transpose(1, 2), self._products)
        torch.bmm(self._products, self._weights.matrices.transpose(1, 2), out=self._transformed)
        for t in (self._rows, self._columns):
            t[1].sub_(t[2])
            # t1 + t2, now that t1 − t2 stands in t1's place.
            torch.add(t[1], t[2], alpha=2, out=t[2])
            t[2].sub_(t[0])
            t[1].sub_(t[3])
