"""What steps with gradients derived by hand have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import nn

from core.config.run_config import RunConfig
from core.learners.steps.dense_layers import DenseLayer
from core.learners.steps.dense_parameters import LayerParameters
from core.learners.steps.flat import FlatParameters
from core.learners.steps.flat_optimizers import FlatOptimizer
from core.learners.steps.lane_threads import LaneThreads
from core.storage.arrays import Arrays

# Forward and backward for batches of one size, with the buffers that these need.
Pass = TypeVar("Pass")


class StepByHand(ABC, Generic[Pass]):
    """Part of a `core.learners.steps.base.TrainStep`: its parameters, its optimizer, and a pass for each size of batch.

    layers: the parameters of the dense layers, in their order.
    """

    def __init__(
        self, config: RunConfig, model: nn.Module, layers: Sequence[DenseLayer], threads: LaneThreads | None = None
    ) -> None:
        """The network's parameters become views of one buffer. threads: share the optimizer's update."""
        flat = FlatParameters(model)
        # By the parameter's id.
        self._grads = dict(zip(map(id, flat.parameters), flat.split(flat.grads), strict=True))
        self.layers = [LayerParameters(layer, self._grads) for layer in layers]
        self._optimizer = FlatOptimizer(config, flat, threads)
        # By the number of images: an epoch's last batch may be smaller than the others.
        self._passes: dict[int, Pass] = {}
        # The one of the last forward pass.
        self._pass: Pass

    @abstractmethod
    def _make_pass(self, count: int) -> Pass:
        """A pass for batches of `count` images."""

    def _take_pass(self, count: int) -> Pass:
        """The pass for batches of `count` images, from here on the present one."""
        if count not in self._passes:
            self._passes[count] = self._make_pass(count)
        self._pass = self._passes[count]
        return self._pass

    def update(self, lr: float) -> None:
        """One step of the optimizer."""
        self._optimizer.step(lr)

    def state(self) -> Arrays:
        """What the optimizer remembers."""
        return self._optimizer.state()

    def load_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Put the optimizer where it was."""
        self._optimizer.load_state(arrays)
