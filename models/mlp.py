"""Multi-layer perceptron with any number of hidden layers."""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise

from torch import nn

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "prelu": nn.PReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}


def build(hidden: Sequence[int], activation: str, dropout: float) -> nn.Module:
    """Images (N, 1, 28, 28) to logits (N, 10).

    Layers are called fc1, fc2, … and are started as nn.Linear starts them (uniform, Kaiming with a = √5).
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
    sizes = [28 * 28, *hidden]
    for number, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        layers[f"fc{number}"] = nn.Linear(fan_in, fan_out)
        layers[f"{activation}{number}"] = _ACTIVATIONS[activation]()
        if dropout:
            layers[f"dropout{number}"] = nn.Dropout(dropout)
    layers[f"fc{len(sizes)}"] = nn.Linear(sizes[-1], 10)
    return nn.Sequential(layers)
