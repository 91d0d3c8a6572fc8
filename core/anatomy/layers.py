"""The layers of a network as plain values. Shapes leave out the number of images."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

Shape = tuple[int, ...]
Setting = float | bool | tuple[int, ...]

DENSE, CONV, POOL, FLATTEN, DROPOUT, SOFTMAX = "dense", "conv", "maxpool", "flatten", "dropout", "softmax"
NORM = "batchnorm"
RELU, PRELU, SIGMOID, TANH = "relu", "prelu", "sigmoid", "tanh"
ACTIVATIONS = (RELU, PRELU, SIGMOID, TANH)
# Layers with a matrix of weights, which the formulas number from 1.
WEIGHTED = (DENSE, CONV)
# What follows such a layer without mixing its outputs with each other.
ELEMENTWISE = (*ACTIVATIONS, DROPOUT)


@dataclass(frozen=True)
class Parameter:
    """One array that training changes, as the network calls it, such as "fc1.weight"."""

    name: str
    shape: Shape

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Layer:
    """One step of the way from pixels to probabilities.

    kind: one of this module's names, or the name of a function that is not known here.
    parameters: weights first, then the bias where there is one.
    settings: of "conv" `stride` and `padding`, of "maxpool" also `kernel`, as (height, width); of "dropout" its
        share `p`; of "dense" `inputs_first`, whether the weights are stored as (inputs, outputs).
    """

    name: str
    kind: str
    input_shape: Shape
    output_shape: Shape
    parameters: tuple[Parameter, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict)

    @property
    def n_parameters(self) -> int:
        """How many numbers training changes in this layer."""
        return sum(parameter.size for parameter in self.parameters)

    @property
    def has_bias(self) -> bool:
        """Of a weighted layer."""
        return len(self.parameters) > 1

    @property
    def kernel(self) -> tuple[int, int]:
        """Height and width of the window of a convolution or a pooling."""
        if self.kind == CONV:
            return self.parameters[0].shape[-2], self.parameters[0].shape[-1]
        return self.pair("kernel")

    def pair(self, setting: str) -> tuple[int, int]:
        """A setting that has one value for the height and one for the width."""
        value = self.settings[setting]
        assert isinstance(value, tuple)
        return value[0], value[1]


@dataclass(frozen=True)
class Anatomy:
    """All layers of a network, first to last; the last one is the softmax that turns scores into probabilities."""

    layers: tuple[Layer, ...]

    @property
    def n_parameters(self) -> int:
        """Of the whole network."""
        return sum(layer.n_parameters for layer in self.layers)

    def first_weighted(self) -> Layer | None:
        """The layer that sees the pixels."""
        return next((layer for layer in self.layers if layer.kind in WEIGHTED), None)

    def dense_tail(self) -> tuple[int, ...]:
        """Places of the last fully connected layers that have nothing but activations and dropout between them."""
        places: list[int] = []
        for place in range(len(self.layers) - 1, -1, -1):
            kind = self.layers[place].kind
            if kind == DENSE:
                places.insert(0, place)
            elif kind not in (*ELEMENTWISE, SOFTMAX):
                break
        return tuple(places)


def name_layers(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Give every layer a name: that of its parameters, or else its kind, numbered where there are several.

    A softmax is added at the end, since a network itself ends with scores.
    """
    totals = Counter(layer.kind for layer in layers)
    seen: Counter[str] = Counter()
    named = []
    for layer in layers:
        seen[layer.kind] += 1
        by_kind = f"{layer.kind}{seen[layer.kind]}" if totals[layer.kind] > 1 else layer.kind
        named.append(replace(layer, name=_own_name(layer) or by_kind))
    scores = layers[-1].output_shape
    return (*named, Layer(SOFTMAX, SOFTMAX, scores, scores))


def _own_name(layer: Layer) -> str:
    names = [parameter.name for parameter in layer.parameters]
    owners = {name.rpartition(".")[0] for name in names}
    if len(owners) != 1:
        return ""
    owner = owners.pop()
    # A number is a place in a sequence, which says less than the kind of layer.
    return "" if owner.isdigit() else owner or ", ".join(names)
