"""Looking into a network. These functions run where torch is loaded (see `core.execution.compute_process`).

`run` is the folder of the run whose weights are meant; None stands for fresh weights from the configuration's seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.anatomy.both_ways import Values
from core.anatomy.collapse import Collapse, Linear, compare, merge
from core.anatomy.layers import CONV, NORM, WEIGHTED, Anatomy, Layer
from core.anatomy.parameters import EPSILON, biases, outputs_first, units_first
from core.anatomy.tracing import load_network, trace
from core.config.run_config import RunConfig
from core.data.datasets import Images, Labels
from core.inference.networks import load_learner
from core.learners.base import Learner

_BATCH = 100


@dataclass(frozen=True)
class Inside:
    """What each layer but the last gives for one image, and the class probabilities (C,) at the end."""

    values: tuple[Values, ...]
    probabilities: Values


@dataclass(frozen=True)
class FirstWeights:
    """The weights that look at the pixels, one picture for each unit or filter: float32 (units, height, width).

    strength (units,): length of a unit's weights, times what a batch normalisation multiplies the unit by, times the
        length of the weights with which the next weighted layer reads it.
    is_last: whether it is the network's only weighted layer, so that a unit is a class.
    """

    layer: str
    pictures: Values
    strength: Values
    is_last: bool


@dataclass(frozen=True)
class NetworkCollapse:
    """What is left of a network's last fully connected layers without the activations between them.

    accuracy, linear_accuracy: with and without the activations, as shares from 0 to 1.
    change: the largest difference between both networks' scores.
    """

    collapse: Collapse
    accuracy: float
    linear_accuracy: float
    change: float


def describe(config: RunConfig) -> Anatomy:
    """The layers of the configuration's network."""
    return trace(load_network(config, None), np.zeros((1, 28, 28), np.uint8))[0]


def look_inside(config: RunConfig, run: Path | None, image: Images) -> Inside:
    """The activations for one image (28, 28). Raises CheckpointError."""
    return _look(load_network(config, run), image)[1]


def trace_run(run: Path, image: Images) -> tuple[Anatomy, Inside]:
    """The layers of the network in the folder `run` and the activations for one image (28, 28). Raises RunError."""
    return _look(load_learner(run), image)


def first_weights(config: RunConfig, run: Path | None) -> FirstWeights:
    """The first weighted layer's weights as pictures. Raises CheckpointError."""
    learner = load_network(config, run)
    anatomy = trace(learner, np.zeros((1, 28, 28), np.uint8))[0]
    arrays = learner.state_dict()
    first, *others = [layer for layer in anatomy.layers if layer.kind in WEIGHTED]
    incoming = outputs_first(first, arrays)
    strength = np.linalg.norm(incoming.reshape(len(incoming), -1), axis=1) * _norm_factors(anatomy, first, arrays)
    if others:
        strength = strength * _reading_lengths(others[0], arrays, len(incoming))
    return FirstWeights(first.name, unit_pictures(first, arrays[first.parameters[0].name]), strength, not others)


def first_layer(learner: Learner) -> Layer:
    """The weighted layer that looks at the pixels."""
    layer = trace(learner, np.zeros((1, 28, 28), np.uint8))[0].first_weighted()
    assert layer is not None, "every network has one"
    return layer


def unit_pictures(first: Layer, weight: NDArray[Any]) -> Values:
    """The weights of the first weighted layer as a picture for each unit or filter: float32 (units, height, width)."""
    incoming = units_first(first, weight)
    height, width = first.kernel if first.kind == CONV else (28, 28)
    return incoming.reshape(len(incoming), -1, height, width)[:, 0]


def collapse_network(config: RunConfig, run: Path | None, images: Images, labels: Labels) -> NetworkCollapse:
    """Take the activations out from between the network's last fully connected layers and see what changes.

    images (N, 28, 28) with labels (N,). Raises CheckpointError.
    """
    learner = load_network(config, run)
    anatomy = trace(learner, images[:1])[0]
    arrays, tail = learner.state_dict(), anatomy.dense_tail()
    stack = [_linear(anatomy.layers[place], arrays) for place in tail]
    inputs, scores = _inputs_and_scores(learner, tail[0], images)
    linear_scores = merge(stack)(inputs)
    return NetworkCollapse(
        compare(stack, inputs),
        float((scores.argmax(1) == labels).mean()),
        float((linear_scores.argmax(1) == labels).mean()),
        float(np.abs(scores - linear_scores).max()),
    )


def _inputs_and_scores(learner: Learner, place: int, images: Images) -> tuple[Values, Values]:
    """What the layer at `place` is given, and the scores. A batch at a time, since all layers' outputs are kept."""
    batches = [trace(learner, images[start : start + _BATCH])[1] for start in range(0, len(images), _BATCH)]
    return np.concatenate([batch[place - 1] for batch in batches]), np.concatenate([batch[-1] for batch in batches])


def _look(learner: Learner, image: Images) -> tuple[Anatomy, Inside]:
    anatomy, values = trace(learner, image[None])
    return anatomy, Inside(tuple(value[0] for value in values), learner.predict_proba(image[None])[0])


def _norm_factors(anatomy: Anatomy, layer: Layer, arrays: dict[str, NDArray[Any]]) -> Values | float:
    """What each of the layer's outputs is multiplied by, once trained, where a batch normalisation follows."""
    following = anatomy.layers[anatomy.layers.index(layer) + 1]
    if following.kind != NORM:
        return 1.0
    name = following.name
    factors: Values = np.abs(arrays[f"{name}.weight"]) / np.sqrt(arrays[f"{name}.running_var"] + EPSILON)
    return factors


def _reading_lengths(layer: Layer, arrays: dict[str, NDArray[Any]], units: int) -> Values:
    """With what length the layer reads each of the `units` that come before it."""
    weight = outputs_first(layer, arrays)
    by_unit = weight.reshape(len(weight), units, -1).swapaxes(0, 1).reshape(units, -1)
    lengths: Values = np.linalg.norm(by_unit, axis=1).astype(np.float32)
    return lengths


def _linear(layer: Layer, arrays: dict[str, NDArray[Any]]) -> Linear:
    weight, bias = outputs_first(layer, arrays), biases(layer, arrays)
    return Linear(weight, np.zeros(len(weight), np.float32) if bias is None else bias)
