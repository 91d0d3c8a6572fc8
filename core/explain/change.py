"""A change of a picture, pixel by pixel, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.ink.rendering import Picture

# With more, what comes out is another drawing rather than a small change: MNIST's digits have about 100 pixels of ink.
MOST_PIXELS = 150


@dataclass(frozen=True)
class SmallestChange:
    """Pixels to set, in the order in which the search found them.

    rows, columns (n,): where. inks (n,): to what, 255 for full ink or 0 for paper.
    probabilities float32 (n + 1, C): what the network says after the first 0, 1, … n changes.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    inks: NDArray[np.uint8]
    probabilities: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.inks)

    def apply(self, picture: Picture, count: int | None = None) -> Picture:
        """The picture with the first `count` changes, or with all."""
        changed = picture.copy()
        changed[self.rows[:count], self.columns[:count]] = self.inks[:count]
        return changed
