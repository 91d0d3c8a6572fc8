"""What a learner needs of one step of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.storage.arrays import Arrays


class TrainStep(Protocol):
    """Forward pass, backward pass and update, in the way that is fastest for a network and a device."""

    def __call__(self, pixels: Tensor, labels: Tensor, lr: float) -> Tensor:
        """One update by the mean cross-entropy; the logits (N, 10) before it, without a graph.

        pixels: (N, 28, 28) from 0 to 255, uint8 or float32. labels: int64 (N,).
        """

    def state(self) -> Arrays:
        """A copy of what the optimizer remembers: "optimizer.<parameter's number>.<entry>"."""

    def load_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """The inverse of `state`, of any step's; raises ValueError where entries are missing or do not fit."""
