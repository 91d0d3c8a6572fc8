"""What a learner needs of one step of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.storage.arrays import Arrays


class TrainStep(Protocol):
    """The three parts of a step, in the way that is fastest for a network and a device."""

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits (N, 10) of `pixels` (N, 28, 28) from 0 to 255, uint8 or float32; without a graph."""

    def backward(self, labels: Tensor, lr: float) -> None:
        """Gradients of the mean cross-entropy with `labels`, int64 (N,), by the last forward pass.

        Where an update needs no more than the gradient itself, it may be done here.
        """

    def update(self, lr: float) -> None:
        """One step of the optimizer by these gradients."""

    def state(self) -> Arrays:
        """A copy of what the optimizer remembers: "optimizer.<parameter's number>.<entry>"."""

    def load_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """The inverse of `state`, of any step's; raises ValueError where entries are missing or do not fit."""
