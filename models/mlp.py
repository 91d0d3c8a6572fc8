"""Multi-layer perceptron with any number of hidden layers."""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

from models.network import SequentialClassifier
from models.start import N_CLASSES, N_PIXELS, draw_kaiming

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "prelu": nn.PReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}


def build(hidden: Sequence[int], activation: str, dropout: float, start: str) -> nn.Module:
    """Images (N, 1, 28, 28) to logits (N, 10).

    Layers are called fc1, fc2, …. `start` decides their first weights, see `models.options.start_option`.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
    sizes = [N_PIXELS, *hidden]
    for number, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        layers[f"fc{number}"] = nn.Linear(fan_in, fan_out)
        layers[f"{activation}{number}"] = _ACTIVATIONS[activation]()
        if dropout:
            layers[f"dropout{number}"] = nn.Dropout(dropout)
    layers[f"fc{len(sizes)}"] = nn.Linear(sizes[-1], N_CLASSES)
    network = SequentialClassifier(layers)
    if start == "normal":
        _start_normal(network)
    elif start == "numpy":
        # The seed last given to torch, so that the NumPy network of the same seed starts alike.
        values = draw_kaiming(hidden, torch.initial_seed())
        network.load_state_dict({name: torch.from_numpy(array) for name, array in values.items()}, strict=False)
    return network


def _start_normal(network: nn.Sequential) -> None:
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
