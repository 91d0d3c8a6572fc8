"""From bytes to a network's input."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

_WHITE = 255


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
