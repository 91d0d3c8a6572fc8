"""How a layer makes one unit's values out of its input: products, sums, windows.

A unit is a convolution's map (its output channel), a channel of a pooling or activation, or one value of a layer
without maps. Pictures have I input channels of H × W values; h × w is a kernel's size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.anatomy.both_ways import Pass, Values
from core.anatomy.following import Following, Places, following, pooled_places
from core.anatomy.layers import CONV, DENSE, FLATTEN, POOL, SOFTMAX, Layer, Shape
from core.anatomy.parameters import Arrays, Rule, biases, outputs_first, rule_of
from core.anatomy.windows import padded, shifted
from core.errors import ExplanationError

# How far a sum may be from the layer's own value, which was added up in another order with fewer digits: a share of the
# unit's largest value.
_TOLERANCE = 1e-3


@dataclass(frozen=True)
class ConvProducts:
    """A map of a convolution.

    inputs (I, H, W). kernel (I, h, w). bias: None where the layer has none.
    sums (I, H', W'): at each position, the products of one input channel added up.
    values (H', W'): the layer's own output, which is the sum of `sums` over the channels plus the bias.
    """

    inputs: Values
    kernel: Values
    bias: float | None
    stride: tuple[int, int]
    padding: tuple[int, int]
    sums: Values
    values: Values
    following: tuple[Following, ...]


@dataclass(frozen=True)
class DenseProducts:
    """A unit of a fully connected layer, which reads N inputs.

    inputs, weights (N,). bias: None where the layer has none. value: the layer's own output.
    source: the shape of the maps that the inputs come from, such as (64, 12, 12); (N,) where they come from none.
    """

    inputs: Values
    weights: Values
    bias: float | None
    value: float
    source: Shape
    following: tuple[Following, ...]

    @property
    def products(self) -> NDArray[np.float64]:
        """inputs · weights, (N,)."""
        return self.inputs.astype(np.float64) * self.weights


@dataclass(frozen=True)
class PoolWindows:
    """A channel of a max-pooling. winners (H', W'): where in the row of all inputs each window's largest value is."""

    inputs: Values
    values: Values
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    winners: Places


@dataclass(frozen=True)
class Pointwise:
    """A unit of a layer that changes every value by itself. inputs, values: both (H, W) or ()."""

    rule: Rule
    inputs: Values
    values: Values


@dataclass(frozen=True)
class SoftmaxParts:
    """The softmax. exponentials (C,): of the logits less the largest logit, which changes no probability."""

    logits: Values
    exponentials: NDArray[np.float64]
    probabilities: Values


Products = ConvProducts | DenseProducts | PoolWindows | Pointwise | SoftmaxParts


def products(found: Pass, place: int, unit: int, arrays: Arrays) -> Products:
    """How the layer at `place` makes the values of `unit`. arrays: the network's parameters by name.

    Raises ExplanationError where the layer computes something else than its kind says.
    """
    layer = found.anatomy.layers[place]
    match layer.kind:
        case "conv":
            return _conv(found, place, unit, arrays)
        case "dense":
            return _dense(found, place, unit, arrays)
        case "maxpool":
            inputs = found.input_of(place)[unit]
            winners = pooled_places(layer, inputs).winners
            _check(layer, inputs.ravel()[winners], found.values[place][unit])
            pair = layer.pair
            return PoolWindows(
                inputs, found.values[place][unit], layer.kernel, pair("stride"), pair("padding"), winners
            )
        case "softmax":
            logits = found.input_of(place)
            return SoftmaxParts(logits, np.exp(logits.astype(np.float64) - logits.max()), found.probabilities)
        case _:
            return Pointwise(rule_of(layer, unit, arrays), found.input_of(place)[unit], found.values[place][unit])


def _conv(found: Pass, place: int, unit: int, arrays: Arrays) -> ConvProducts:
    layer = found.anatomy.layers[place]
    inputs, kernel, values = found.input_of(place), outputs_first(layer, arrays)[unit], found.values[place][unit]
    if len(kernel) != len(inputs):
        raise _unknown(layer)
    stride, padding, bias = layer.pair("stride"), layer.pair("padding"), _bias(layer, unit, arrays)
    wide = padded(inputs, padding)
    sums = np.zeros((len(inputs), *values.shape))
    for row, column in np.ndindex(*kernel.shape[1:]):
        seen = shifted(wide, row, column, stride, values.shape)
        if seen.shape != sums.shape:
            raise _unknown(layer)
        sums += seen * kernel[:, row, column, None, None]
    _check(layer, sums.sum(0) + (bias or 0.0), values)
    after = following(found, place, unit, arrays)
    return ConvProducts(inputs, kernel, bias, stride, padding, sums.astype(np.float32), values, after)


def _dense(found: Pass, place: int, unit: int, arrays: Arrays) -> DenseProducts:
    layer = found.anatomy.layers[place]
    made = DenseProducts(
        found.input_of(place),
        outputs_first(layer, arrays)[unit],
        _bias(layer, unit, arrays),
        float(found.values[place][unit]),
        _source(found, place),
        following(found, place, unit, arrays),
    )
    _check(layer, made.products.sum() + (made.bias or 0.0), found.values[place][unit])
    return made


def _source(found: Pass, place: int) -> Shape:
    """The shape of the maps that were put into one row for the layer at `place`; its input's shape where none were."""
    for layer in reversed(found.anatomy.layers[:place]):
        if layer.kind == FLATTEN:
            return layer.input_shape
        if layer.kind in (DENSE, CONV, POOL, SOFTMAX):
            break
    return found.anatomy.layers[place].input_shape


def _bias(layer: Layer, unit: int, arrays: Arrays) -> float | None:
    values = biases(layer, arrays)
    return None if values is None else float(values[unit])


def _check(layer: Layer, sums: NDArray[np.floating] | float, values: Values) -> None:
    limit = _TOLERANCE * max(1.0, float(np.abs(values).max(initial=0.0)))
    if np.shape(sums) != np.shape(values) or not (np.abs(sums - values) <= limit).all():
        raise _unknown(layer)


def _unknown(layer: Layer) -> ExplanationError:
    return ExplanationError(
        "The products of {layer} do not add up to its own values, so it computes something else.", layer=layer.name
    )
