"""From bytes to a network's input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.data.datasets import Images

_WHITE = 255
# Pixels of which a count of them is a multiple: a cache line of floats.
_STRIDE = 16


@dataclass(frozen=True)
class PixelScale:
    """Pixels, divided by 255, minus `mean`, divided by `std`."""

    mean: float
    std: float

    def __call__(self, pixels: Tensor) -> Tensor:
        """Pixels from 0 to 255 (N, 28, 28) to the network's input, float32 (N, 1, 28, 28)."""
        return pixels.unsqueeze(1).float().div(_WHITE).sub_(self.mean).div_(self.std)

    @property
    def keeps_black(self) -> bool:
        """Whether black, 0, is 0 in the network's input too."""
        return not self.mean

    def into(self, pixels: NDArray[np.generic], out: NDArray[np.floating]) -> None:
        """The same into an array of the pixels' shape, in fewer passes, so rounded a little differently."""
        np.copyto(out, pixels)
        out *= 1 / (_WHITE * self.std)
        if self.mean:
            out -= self.mean / self.std


def order_by_ink(images: Images) -> NDArray[np.intp]:
    """The pixels of images (N, P), those first that most images have ink on."""
    return np.argsort(-np.count_nonzero(images, axis=0), kind="stable")


def count_until_last_ink(pixels: Images) -> int:
    """How many of the first pixels (N, P) hold all the ink, rounded up to a multiple."""
    inked = np.bitwise_or.reduce(pixels, 0).nonzero()[0]
    last = int(inked[-1]) if len(inked) else 0
    n_pixels: int = pixels.shape[1]
    return min((last // _STRIDE + 1) * _STRIDE, n_pixels)
