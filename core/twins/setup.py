"""Two networks that should be one: what the NumPy network and its PyTorch twin start from and how they compare.

Nothing here needs torch; `core.twins.lock_step` trains the two.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.config.fields import FIELDS, config_error, value_text
from core.config.limits import Limits
from core.data.catalog import find_dataset
from core.data.datasets import ImageSet
from core.errors import ConfigError
from core.texts.message import NO_MESSAGE, Message
from core.training.seeds import epoch_seed
from models import OptionError, create_numpy_model, find_architecture
from models.numpy_mlp import Array

Precision = Literal["float64", "float32"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
# A step of the largest network shall not take longer than a reader likes to wait.
MAX_LAYERS, MAX_WIDTH = 4, 512
TWIN_LIMITS = {
    "lr": FIELDS["lr"].limits,
    "batch_size": Limits(1, 256, whole=True),
    "seed": FIELDS["seed"].limits,
}
# How far the twins go together; what is known of each step is kept.
MAX_STEPS = 20_000

Weights = dict[str, Array]
Kind = Literal["activations", "gradients", "weights"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class TwinSetup:
    """What the twins are and what they learn from. Creating one checks every field and raises ConfigError.

    Pixels are divided by 255; all training images are used.

    Fields:
        dataset: a name in `core.data.catalog.DATASETS`.
        hidden: sizes of the hidden layers, 1 to 4 of up to 512 units; text such as "128-64" is read too.
        precision: of every number in both networks.
        lr: learning rate of plain gradient descent.
        batch_size: images a step.
        seed: of the start weights and the order of batches.
    """

    dataset: str = "mnist"
    hidden: tuple[int, ...] = (128, 128)
    precision: Precision = "float64"
    lr: float = 0.2
    batch_size: int = 64
    seed: int = 1

    def __post_init__(self) -> None:
        find_dataset(self.dataset)
        object.__setattr__(self, "hidden", _check_hidden(self.hidden))
        if self.precision not in PRECISIONS:
            raise ConfigError(
                "{field} is {value!r}; it must be one of {choices}.",
                field="precision",
                value=self.precision,
                choices=", ".join(PRECISIONS),
            )
        for name, limits in TWIN_LIMITS.items():
            value = getattr(self, name)
            if not limits.allows(value):
                raise ConfigError(
                    "{field} is {value!r}; it must be {limits}.", field=name, value=value, limits=limits.describe()
                )
            object.__setattr__(self, name, int(value) if limits.whole else float(value))

    def replace(self, **changes: Any) -> TwinSetup:
        """A copy with some fields changed, checked again."""
        return dataclasses.replace(self, **changes)


def _check_hidden(hidden: object) -> tuple[int, ...]:
    try:
        widths = find_architecture("numpy-mlp").check_options({"hidden": hidden})["hidden"]
    except OptionError as error:
        raise config_error(error) from None
    assert isinstance(widths, tuple)
    if len(widths) > MAX_LAYERS or max(widths) > MAX_WIDTH:
        raise ConfigError(
            "{field} is {value}; twins have 1 to {layers} layers of up to {width} units.",
            field="hidden",
            value=value_text(widths),
            layers=MAX_LAYERS,
            width=MAX_WIDTH,
        )
    return widths


@dataclass(frozen=True)
class TwinState:
    """Where both networks are after `step` steps: their weights by parameter name, such as "fc1.weight"."""

    step: int
    numpy: Weights
    torch: Weights


@dataclass(frozen=True)
class TwinStep:
    """One step of both networks.

    step: its number, from 1. numpy_loss, torch_loss: mean loss of the batch before the update, in nats.
    activations, gradients, weights: the largest absolute difference in each tensor, by layer ("fc1", "relu1", …)
    or parameter ("fc1.weight", …); the weights are those after the update.
    split_relus: ReLUs that let a value of the batch pass in one network and not in the other.
    """

    step: int
    numpy_loss: float
    torch_loss: float
    activations: Mapping[str, float]
    gradients: Mapping[str, float]
    weights: Mapping[str, float]
    split_relus: int

    @property
    def largest(self) -> float:
        """The largest difference in any tensor."""
        return max(*self.activations.values(), *self.gradients.values(), *self.weights.values())


@dataclass(frozen=True)
class TwinChunk:
    """Steps done in one go and the state after them. `problem` says why there can be no more; else it is empty."""

    steps: tuple[TwinStep, ...]
    state: TwinState
    problem: Message = NO_MESSAGE


def start_twins(setup: TwinSetup) -> TwinState:
    """The common start, which NumPy draws from the seed."""
    network = create_numpy_model("numpy-mlp", {"hidden": setup.hidden}, setup.seed, setup.precision)
    return TwinState(0, copy_weights(network.parameters()), copy_weights(network.parameters()))


def copy_weights(weights: Mapping[str, Array]) -> Weights:
    """The same numbers in memory of their own."""
    return {name: values.copy() for name, values in weights.items()}


def take_batch(train: ImageSet, setup: TwinSetup, step: int) -> tuple[Array, NDArray[np.int64]]:
    """The batch that comes after `step` steps: pixels (N, 784) from 0 to 1 in the twins' precision, classes (N,).

    As in every training here, each epoch goes through all images in an order of its own.
    """
    epoch, number = divmod(step, math.ceil(len(train) / setup.batch_size))
    order = _epoch_order(len(train), setup.seed, epoch)
    index = order[number * setup.batch_size : (number + 1) * setup.batch_size]
    pixels = train.images[index].reshape(len(index), -1).astype(setup.precision)
    return pixels / 255, train.labels[index]


@lru_cache(maxsize=2)
def _epoch_order(n_images: int, seed: int, epoch: int) -> NDArray[np.int64]:
    # Mixing 60,000 numbers takes longer than a step.
    return np.random.default_rng(epoch_seed(seed, epoch)).permutation(n_images)
