"""The backward pass at one unit: where its gradient comes from, and what it does to weights and inputs.

The loss L is the cross-entropy of one image. z is the unit's value. Units and shapes are those of
`core.anatomy.products`. A step is that of plain stochastic gradient descent (SGD): w − lr · dL/dw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.anatomy.both_ways import Pass, Values
from core.anatomy.following import Following
from core.anatomy.parameters import Rule, derivative
from core.anatomy.products import ConvProducts, DenseProducts, Pointwise, PoolWindows, Products, SoftmaxParts
from core.anatomy.windows import padded, shifted


@dataclass(frozen=True)
class Origin:
    """Where the gradients by a unit's values come from: gradients · slopes, each of the shape of the unit's values.

    gradients: of the loss by the values of the next layer, `layer`. slopes: their derivatives by this unit's values.
    """

    layer: str
    rule: Rule
    gradients: Values
    slopes: Values


@dataclass(frozen=True)
class ConvGradient:
    """The backward pass of a convolution's map.

    gradients (H', W'): of the loss by the map. weights (I, h, w): of the loss by the kernel, which is the sum over all
    positions of the gradient there times the input patch there. bias: the sum of `gradients`; None without a bias.
    share (I, H, W): what this map hands to its input: at each position, the gradient there times the kernel.
    handed (I, H, W): what the input gets of all maps together.
    """

    made: ConvProducts
    gradients: Values
    origin: Origin | None
    weights: Values
    bias: float | None
    share: Values
    handed: Values


@dataclass(frozen=True)
class DenseGradient:
    """The backward pass of a fully connected unit that reads N inputs.

    gradient: of the loss by the unit's value, which is also that by its bias. weights (N,): gradient · inputs.
    share (N,): what this unit hands to its inputs: gradient · weights. handed (N,): what they get of all units.
    probability: of a logit, that of its class; the gradient is then p − y. None for any other unit.
    """

    made: DenseProducts
    gradient: float
    probability: float | None
    origin: Origin | None
    weights: Values
    share: Values
    handed: Values


@dataclass(frozen=True)
class PoolGradient:
    """The backward pass of a pooling's channel: a window's gradient (H', W') goes to its largest value alone."""

    made: PoolWindows
    gradients: Values
    handed: Values


@dataclass(frozen=True)
class PointGradient:
    """The backward pass of a layer that changes every value by itself: handed = gradients · slopes, (H, W) or ()."""

    made: Pointwise
    gradients: Values
    slopes: Values
    handed: Values


@dataclass(frozen=True)
class LossGradient:
    """The loss −ln p of the true class, and its gradients (C,) by the logits: p − 1 for the true class, else p."""

    made: SoftmaxParts
    loss: float
    gradients: Values


Gradient = ConvGradient | DenseGradient | PoolGradient | PointGradient | LossGradient


def sgd_step(weights: NDArray[np.floating], gradients: NDArray[np.floating], lr: float) -> NDArray[np.float64]:
    """The weights after one step of plain SGD."""
    stepped: NDArray[np.float64] = weights.astype(np.float64) - lr * gradients.astype(np.float64)
    return stepped


def gradient(found: Pass, place: int, unit: int, made: Products) -> Gradient:
    """The backward pass at a unit of the layer at `place`. made: what `core.anatomy.products.products` gives for it."""
    if isinstance(made, SoftmaxParts):
        return LossGradient(made, found.loss, found.gradients[-1])
    gradients, handed = found.gradients[place][unit], found.gradient_handed_by(place)
    if isinstance(made, ConvProducts):
        return _conv(made, gradients, handed)
    if isinstance(made, DenseProducts):
        value = float(gradients)
        weights, share = (np.float32(value) * part for part in (made.inputs, made.weights))
        is_logit = place == len(found.anatomy.layers) - 2
        probability = float(found.probabilities[unit]) if is_logit else None
        return DenseGradient(made, value, probability, _origin(made.following, gradients), weights, share, handed)
    if isinstance(made, PoolWindows):
        return PoolGradient(made, gradients, handed[unit])
    return PointGradient(made, gradients, derivative(made.rule, made.inputs, made.values), handed[unit])


def _conv(made: ConvProducts, gradients: Values, handed: Values) -> ConvGradient:
    wide = padded(made.inputs, made.padding)
    share, weights = np.zeros(wide.shape), np.zeros(made.kernel.shape)
    by_position = gradients.astype(np.float64)
    for row, column in np.ndindex(*made.kernel.shape[1:]):
        seen = shifted(wide, row, column, made.stride, gradients.shape)
        weights[:, row, column] = (seen * by_position).sum((1, 2))
        back = shifted(share, row, column, made.stride, gradients.shape)
        back += made.kernel[:, row, column, None, None] * by_position
    (top, left), (height, width) = made.padding, made.inputs.shape[1:]
    return ConvGradient(
        made,
        gradients,
        _origin(made.following, gradients),
        weights.astype(np.float32),
        None if made.bias is None else float(by_position.sum()),
        share[:, top : top + height, left : left + width].astype(np.float32),
        handed,
    )


def _origin(after: tuple[Following, ...], gradients: Values) -> Origin | None:
    """The next layer's part in the gradients. None where no layer follows that changes each value by itself."""
    if not after:
        return None
    first = after[0]
    # Windows that overlap may hand several gradients to one value, of which `first` knows one.
    if not np.allclose(np.nan_to_num(first.gradients) * first.slopes, gradients, rtol=1e-4, atol=1e-7):
        return None
    return Origin(first.layer, first.rule, first.gradients, first.slopes)
