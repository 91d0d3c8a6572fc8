"""What optimizers remember, in the form in which checkpoints hold it whatever step trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

# What each optimizer remembers of a parameter.
ENTRIES = {
    "sgd": ("momentum_buffer",),
    "adam": ("step", "exp_avg", "exp_avg_sq"),
    "adamw": ("step", "exp_avg", "exp_avg_sq"),
    "adadelta": ("step", "square_avg", "acc_delta"),
}
# The steps so far, a scalar; every other entry has the shape of its parameter.
STEP = "step"
_PREFIX = "optimizer"


def entry_name(number: int, entry: str) -> str:
    """The name in a checkpoint of one entry of one parameter."""
    return f"{_PREFIX}.{number}.{entry}"


def read_entries(
    arrays: Mapping[str, NDArray[np.generic]], optimizer: str, parameters: Sequence[nn.Parameter]
) -> dict[int, dict[str, Tensor]]:
    """The entries by the parameters' numbers; no number where the checkpoint was made before the first step.

    Raises ValueError where entries are missing or have other shapes than their parameters.
    """
    found: dict[int, dict[str, Tensor]] = {}
    for name, array in arrays.items():
        if name.startswith(f"{_PREFIX}."):
            _, place, entry = name.split(".", 2)
            found.setdefault(int(place), {})[entry] = torch.tensor(array)
    for number, entries in found.items():
        if not 0 <= number < len(parameters):
            raise ValueError(f"the optimizer's entry {number} is of no parameter")
        shapes = {name: tuple(tensor.shape) for name, tensor in entries.items()}
        due = {name: () if name == STEP else tuple(parameters[number].shape) for name in ENTRIES[optimizer]}
        if shapes != due:
            raise ValueError(f"the optimizer's entry {number} holds {shapes}, not {due}")
    return found
