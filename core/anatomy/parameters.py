"""A layer's parameters as arrays, whichever way the network stores them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.anatomy.both_ways import Values
from core.anatomy.layers import NORM, PRELU, Layer

Arrays = Mapping[str, NDArray[Any]]

# What PyTorch adds to a variance before it divides by its root.
EPSILON = 1e-5


@dataclass(frozen=True)
class Norm:
    """A batch normalisation of one channel: weight · (z − mean) / deviation + bias."""

    mean: float
    deviation: float
    weight: float
    bias: float


@dataclass(frozen=True)
class Rule:
    """What a layer does with each value by itself.

    norm: of a batch normalisation. slope: by what a PReLU multiplies negative numbers.
    """

    kind: str
    norm: Norm | None = None
    slope: float = 0.0


def outputs_first(layer: Layer, arrays: Arrays) -> Values:
    """A weighted layer's weights with the outputs as the first axis."""
    return units_first(layer, arrays[layer.parameters[0].name])


def units_first(layer: Layer, weight: NDArray[Any]) -> Values:
    """The same of weights that are at hand."""
    values: Values = weight.astype(np.float32)
    return values.T if layer.settings.get("inputs_first") else values


def biases(layer: Layer, arrays: Arrays) -> Values | None:
    """A weighted layer's biases, one for each output; None for a layer without."""
    return arrays[layer.parameters[1].name].astype(np.float32) if layer.has_bias else None


def rule_of(layer: Layer, unit: int, arrays: Arrays) -> Rule:
    """What a layer that changes every value by itself does with the values of a unit, in prediction."""
    if layer.kind == PRELU:
        slopes = arrays[layer.parameters[0].name]
        return Rule(layer.kind, slope=float(slopes[unit if len(slopes) > 1 else 0]))
    if layer.kind == NORM:
        owner = layer.parameters[0].name.rpartition(".")[0]
        mean, variance = (float(arrays[f"{owner}.running_{part}"][unit]) for part in ("mean", "var"))
        weight, bias = (float(arrays[f"{owner}.{part}"][unit]) for part in ("weight", "bias"))
        return Rule(layer.kind, Norm(mean, float(np.sqrt(variance + EPSILON)), weight, bias))
    return Rule(layer.kind)


def derivative(rule: Rule, before: Values, after: Values) -> Values:
    """The derivative of such a layer at each value. before, after: what goes in and what comes out."""
    match rule.kind:
        case "relu":
            slopes = np.where(before > 0, 1.0, 0.0)
        case "prelu":
            slopes = np.where(before > 0, 1.0, rule.slope)
        case "sigmoid":
            slopes = after * (1 - after)
        case "tanh":
            slopes = 1 - after**2
        case kind:
            assert rule.norm, kind
            slopes = np.full(before.shape, rule.norm.weight / rule.norm.deviation)
    return np.asarray(slopes, np.float32)
