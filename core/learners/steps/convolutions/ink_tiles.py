"""Cuts images into tiles, and knows which tiles are blank: all of those are one and the same.

A tile is what one value behind the pooling sees: 6×6 pixels, by two 3×3 convolutions and pooling of 2×2. A third of the
tiles of handwritten digits hold no ink. What is computed for one of them holds for all, and the sum of their
gradients is all that matters of them, so one stands for all: the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.start import SIDE

# Pixels along an edge of a tile.
PATCH = 6
# Tiles along an edge of an image; they begin 2 pixels apart.
GRID = (SIDE - PATCH) // 2 + 1


@dataclass
class Tiles:
    """Tiles of N images: the blank one, then those with ink in reading order.

    patches: pixels (6, 6, tiles). places: (N · 144,), which tile stands at each place of the grid. inked, blank: the
    places of either kind.
    """

    patches: Tensor
    places: NDArray[np.intp]
    inked: NDArray[np.intp]
    blank: NDArray[np.intp]

    def spread(self, values: Tensor, out: Tensor) -> None:
        """From a value each tile (tiles, channels) to one each place (N · 144, channels)."""
        np.take(values.numpy(), self.places, 0, out=out.numpy(), mode="clip")

    def gather(self, gradients: Tensor, out: Tensor) -> None:
        """The transposed `spread`."""
        source, target = gradients.numpy(), out.numpy()
        np.take(source, self.inked, 0, out=target[1:], mode="clip")
        np.sum(source[self.blank], 0, out=target[0])


class TileCutter:
    """Cuts batches of `count` images."""

    def __init__(self, count: int) -> None:
        image, row, column = np.ogrid[:count, :GRID, :GRID]
        self._corners = (image * SIDE**2 + 2 * row * SIDE + 2 * column).reshape(-1)
        row, column = np.ogrid[:PATCH, :PATCH]
        self._window = (row * SIDE + column)[..., None]

    def __call__(self, pixels: NDArray[np.generic]) -> Tiles:
        """pixels: (count, 28, 28), 0 where there is no ink."""
        has_ink = _any_of_three(_any_of_three(pixels != 0, 1), 2).reshape(-1)
        inked = np.flatnonzero(has_ink)
        patches = np.zeros((PATCH, PATCH, len(inked) + 1), pixels.dtype)
        patches[..., 1:] = pixels.reshape(-1).take(self._window + self._corners[inked], mode="clip")
        places = np.cumsum(has_ink, dtype=np.intp) * has_ink
        return Tiles(torch.from_numpy(patches), places, inked, np.flatnonzero(~has_ink))


def _any_of_three(ink: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """Whether there is ink in three neighbouring pairs along an axis: 28 become 14 pairs, and those 12."""
    moved = np.moveaxis(ink, axis, 0)
    pairs = moved[::2] | moved[1::2]
    return np.moveaxis(pairs[:-2] | pairs[1:-1] | pairs[2:], 0, axis)
