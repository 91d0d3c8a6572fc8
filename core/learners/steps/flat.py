"""All parameters of a network in one buffer, so that an optimizer goes through them in one pass."""

from __future__ import annotations

import torch
from torch import Tensor, nn

# Floats from one parameter's beginning to the next are a multiple of this: 64 bytes, the line of a cache.
_ALIGN = 16


class FlatParameters:
    """Two buffers of the same layout: the parameters' values and their gradients.

    The network's parameters become views of `values` and keep their order in memory (their strides). Padding between
    them is 0 in both buffers, and stays 0 under every optimizer.
    """

    def __init__(self, model: nn.Module) -> None:
        self.parameters = list(model.parameters())
        self._places: list[int] = []
        size = 0
        for parameter in self.parameters:
            self._places.append(size)
            size += -(-parameter.numel() // _ALIGN) * _ALIGN
        self.values = torch.zeros(size, dtype=self.parameters[0].dtype)
        self.grads = torch.zeros_like(self.values)
        for parameter, view in zip(self.parameters, self.split(self.values), strict=True):
            view.copy_(parameter.detach())
            parameter.data = view

    def split(self, flat: Tensor) -> list[Tensor]:
        """The part of each parameter, in its shape, as views of a buffer of this layout."""
        return [
            flat[start:].as_strided(parameter.shape, parameter.stride())
            for start, parameter in zip(self._places, self.parameters, strict=True)
        ]
