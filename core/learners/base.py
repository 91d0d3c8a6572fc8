"""What the training loop needs of anything that learns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.data.datasets import Images, ImageSet
from core.storage.arrays import Arrays

Probabilities = NDArray[np.float32]


@dataclass(frozen=True)
class Outputs:
    """What a network computes of N images.

    logits: float32 (N, 10), before the softmax. features: float32 (N, F), the input of the network's last layer.
    """

    logits: NDArray[np.float32]
    features: NDArray[np.float32]


@dataclass(frozen=True)
class StepMetrics:
    """What some steps said of their batches, each before its update.

    losses: the mean of each step's batch, in nats.
    true_probability (M,), correct (M,): of the images of these steps in the order in which they were shown: the
        probability of the true class, and whether it was the most probable one.
    """

    losses: list[float]
    true_probability: NDArray[np.float16]
    correct: NDArray[np.bool_]


# Hears that a part of a step is done: "data", "forward", "backward" or "optimizer".
Lap = Callable[[str], None]


def no_lap(part: str) -> None:
    """For steps whose parts nobody times."""


NO_STEPS = StepMetrics([], np.empty(0, np.float16), np.empty(0, np.bool_))


class Learner(Protocol):
    """A network with its optimizer. The loop knows nothing else of either."""

    device: str
    n_parameters: int

    def load(self, train: ImageSet) -> None:
        """Take the training images to where computing happens."""

    def begin_epoch(self, order: NDArray[np.int64], seed: int | None) -> None:
        """Go through the images in this order from now on.

        `seed` starts all randomness of the epoch; None leaves it as it was restored, within an epoch.
        """

    def train_step(self, start: int, stop: int, lr: float, lap: Lap = no_lap) -> None:
        """One update from the images `order[start:stop]`."""

    def take_metrics(self) -> StepMetrics:
        """What the steps since the last call said. Drawn from the outputs that these computed, so it costs no pass."""

    def outputs(self, images: Images) -> Outputs:
        """Logits and penultimate features of images (N, 28, 28), without dropout."""

    def predict_proba(self, images: Images) -> Probabilities:
        """Class probabilities (N, 10) of images (N, 28, 28), without dropout."""

    def state_dict(self) -> Arrays:
        """A copy of the network's parameters by name."""

    def parameter(self, name: str) -> NDArray[np.generic]:
        """A copy of one of the network's parameters."""

    def load_state_dict(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Take over parameters; raises CheckpointError when names or shapes differ."""

    def training_state(self) -> Arrays:
        """A copy of what else training needs to go on bit for bit: optimizer and random generator."""

    def load_training_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """The inverse of `training_state`; raises CheckpointError."""


def pixel_scaling(config: RunConfig) -> tuple[float, float]:
    """Mean and deviation that pixels, divided by 255, are normalised with."""
    info = find_dataset(config.dataset)
    return (info.mean, info.std) if config.scaling == "standard" else (0.0, 1.0)
