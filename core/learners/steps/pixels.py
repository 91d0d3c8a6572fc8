"""From bytes to a network's input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.data.datasets import Images

_WHITE = 255
# Pixels of which bounds of the ink are a multiple: a cache line of floats.
_STRIDE = 16


@dataclass(frozen=True)
class PixelScale:
    """Pixels, divided by 255, minus `mean`, divided by `std`."""

    mean: float
    std: float

    def __call__(self, pixels: Tensor) -> Tensor:
        """Pixels from 0 to 255 (N, 28, 28) to the network's input, float32 (N, 1, 28, 28)."""
        return pixels.unsqueeze(1).float().div(_WHITE).sub_(self.mean).div_(self.std)

    def into(self, pixels: Tensor, out: Tensor) -> None:
        """The same into float32 `out` (N, …), in fewer passes, so rounded a little differently."""
        out.copy_(pixels.view(out.shape)).mul_(1 / (_WHITE * self.std))
        if self.mean:
            out.sub_(self.mean / self.std)

    @property
    def keeps_black(self) -> bool:
        """Whether black, 0, is 0 in the network's input too."""
        return not self.mean

    def into_array(self, pixels: Images, out: NDArray[np.floating]) -> None:
        """As `into`, for arrays of one shape; on small batches it takes half the time."""
        np.copyto(out, pixels)
        out *= 1 / (_WHITE * self.std)
        if self.mean:
            out -= self.mean / self.std


def find_ink(pixels: Images) -> tuple[int, int]:
    """First and last + 1 of the pixels (N, P) between which all that are not 0 lie, with a small margin."""
    inked = np.bitwise_or.reduce(pixels, 0).nonzero()[0]
    if not len(inked):
        return 0, pixels.shape[1]
    return inked[0] // _STRIDE * _STRIDE, min((inked[-1] // _STRIDE + 1) * _STRIDE, pixels.shape[1])
