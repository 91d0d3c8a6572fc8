"""What the layers after a weighted one make of each of its values, up to the next layer that mixes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.anatomy.both_ways import Pass, Values
from core.anatomy.layers import ACTIVATIONS, DROPOUT, NORM, POOL, Anatomy, Layer
from core.anatomy.parameters import Arrays, Rule, derivative, rule_of
from core.anatomy.windows import window_places

Places = NDArray[np.int64]
# A place that nothing of a later layer comes from.
_NOWHERE = -1


@dataclass(frozen=True)
class Following:
    """What a later layer makes of each value of a unit: arrays of the shape of the unit's values, (H, W) or ().

    values: the later layer's own value. NaN where no pooling window covers the place.
    gradients: of the loss by that value. NaN as well.
    slopes: the derivative of that value by the one before it. 1 and 0 where a pooling takes the value or another one.
    """

    layer: str
    rule: Rule
    values: Values
    gradients: Values
    slopes: Values


def following(found: Pass, place: int, unit: int, arrays: Arrays) -> tuple[Following, ...]:
    """All that follows on the layer at `place`, first to last. Dropout is left out: it changes nothing here."""
    anatomy, before = found.anatomy, found.values[place][unit]
    places = np.arange(before.size).reshape(before.shape)
    steps = []
    for later in _places(anatomy, place):
        layer = anatomy.layers[later]
        rule = rule_of(layer, unit, arrays)
        values, gradients = found.values[later][unit], found.gradients[later][unit]
        if layer.kind == POOL:
            pooled = pooled_places(layer, found.input_of(later)[unit])
            wins = np.zeros(found.input_of(later)[unit].size, bool)
            wins[pooled.winners.ravel()] = True
            slopes = _take(wins.astype(np.float32), places)
            places = np.where(places == _NOWHERE, _NOWHERE, pooled.windows[places])
        else:
            slopes = _take(derivative(rule, found.input_of(later)[unit], values), places)
        steps.append(Following(layer.name, rule, _take(values, places), _take(gradients, places), slopes))
    return tuple(steps)


@dataclass(frozen=True)
class PooledPlaces:
    """Places as indices of a map's values in a row.

    winners (H', W'): which input value each window takes. windows (H·W,): the window that each input value is in,
        −1 where there is none; of several windows one that takes the value, if there is one.
    """

    winners: Places
    windows: Places


def pooled_places(layer: Layer, before: Values) -> PooledPlaces:
    """How the windows of a max-pooling lie on a map (H, W). Of equal values the first wins, as in PyTorch."""
    width = before.shape[1]
    winners = np.zeros(layer.output_shape[1:], np.int64)
    windows = np.full(before.size, _NOWHERE)
    for position, covered in window_places(layer):
        inside = covered[:, 0] * width + covered[:, 1]
        winner = inside[before.ravel()[inside].argmax()]
        number = position[0] * layer.output_shape[2] + position[1]
        windows[inside[windows[inside] == _NOWHERE]] = number
        windows[winner] = number
        winners[position] = winner
    return PooledPlaces(winners, windows)


def _places(anatomy: Anatomy, place: int) -> Iterator[int]:
    for later in range(place + 1, len(anatomy.layers)):
        kind = anatomy.layers[later].kind
        if kind in (*ACTIVATIONS, NORM, POOL):
            yield later
        elif kind != DROPOUT:
            return


def _take(values: Values, places: Places) -> Values:
    """The values at these places, with NaN where there is no place."""
    taken = np.where(places == _NOWHERE, np.nan, values.ravel()[np.maximum(places, 0)])
    return np.asarray(taken, np.float32)
