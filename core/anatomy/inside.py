"""Looking into a network. These functions run where torch is loaded (see `core.execution.compute_process`).

`run` is the folder of the run whose weights are meant; None stands for fresh weights from the configuration's seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from core.anatomy.collapse import Collapse, Linear, compare, merge
from core.anatomy.layers import CONV, NORM, WEIGHTED, Anatomy, Layer, Parameter
from core.config.run_config import RunConfig
from core.data.datasets import Images, Labels
from core.inference.networks import load_learner
from core.learners.base import Learner
from core.learners.factory import create_learner

Values = NDArray[np.float32]

_BATCH = 100
# What PyTorch adds to a variance before it divides by its root.
_EPSILON = 1e-5


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
    return _trace(_load(config, None), np.zeros((1, 28, 28), np.uint8))[0]


def look_inside(config: RunConfig, run: Path | None, image: Images) -> Inside:
    """The activations for one image (28, 28). Raises CheckpointError."""
    return _look(_load(config, run), image)[1]


def trace_run(run: Path, image: Images) -> tuple[Anatomy, Inside]:
    """The layers of the network in the folder `run` and the activations for one image (28, 28). Raises RunError."""
    return _look(load_learner(run), image)


def first_weights(config: RunConfig, run: Path | None) -> FirstWeights:
    """The first weighted layer's weights as pictures. Raises CheckpointError."""
    learner = _load(config, run)
    anatomy = _trace(learner, np.zeros((1, 28, 28), np.uint8))[0]
    arrays = learner.state_dict()
    first, *others = [layer for layer in anatomy.layers if layer.kind in WEIGHTED]
    incoming = _outputs_first(first, arrays)
    strength = np.linalg.norm(incoming.reshape(len(incoming), -1), axis=1) * _norm_factors(anatomy, first, arrays)
    if others:
        strength = strength * _reading_lengths(others[0], arrays, len(incoming))
    return FirstWeights(first.name, unit_pictures(first, arrays[first.parameters[0].name]), strength, not others)


def first_layer(learner: Learner) -> Layer:
    """The weighted layer that looks at the pixels."""
    layer = _trace(learner, np.zeros((1, 28, 28), np.uint8))[0].first_weighted()
    assert layer is not None, "every network has one"
    return layer


def unit_pictures(first: Layer, weight: NDArray[Any]) -> Values:
    """The weights of the first weighted layer as a picture for each unit or filter: float32 (units, height, width)."""
    incoming = _units_first(first, weight)
    height, width = first.kernel if first.kind == CONV else (28, 28)
    return incoming.reshape(len(incoming), -1, height, width)[:, 0]


def collapse_network(config: RunConfig, run: Path | None, images: Images, labels: Labels) -> NetworkCollapse:
    """Take the activations out from between the network's last fully connected layers and see what changes.

    images (N, 28, 28) with labels (N,). Raises CheckpointError.
    """
    learner = _load(config, run)
    anatomy = _trace(learner, images[:1])[0]
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
    batches = [_trace(learner, images[start : start + _BATCH])[1] for start in range(0, len(images), _BATCH)]
    return np.concatenate([batch[place - 1] for batch in batches]), np.concatenate([batch[-1] for batch in batches])


def _load(config: RunConfig, run: Path | None) -> Learner:
    if run is not None:
        return load_learner(run)
    # So few images need neither a GPU nor several threads.
    return create_learner(config.replace(device="cpu", threads=1))


def _look(learner: Learner, image: Images) -> tuple[Anatomy, Inside]:
    anatomy, values = _trace(learner, image[None])
    return anatomy, Inside(tuple(value[0] for value in values), learner.predict_proba(image[None])[0])


def _trace(learner: Learner, images: Images) -> tuple[Anatomy, list[Values]]:
    """The layers, and what each but the last gives for the images, (N, …)."""
    from core.learners.numpy_learner import NumpyLearner

    if isinstance(learner, NumpyLearner):
        from core.anatomy.numpy_trace import trace_numpy

        anatomy, arrays = trace_numpy(learner.model, learner.scale(images))
        return anatomy, [array.astype(np.float32) for array in arrays]
    return _trace_torch(learner, images)


def _trace_torch(learner: Learner, images: Images) -> tuple[Anatomy, list[Values]]:
    import torch

    from core.anatomy.torch_trace import trace_torch
    from core.learners.torch_learner import TorchLearner

    assert isinstance(learner, TorchLearner)
    anatomy, tensors = trace_torch(learner.model, learner.scale(torch.tensor(images, device=learner.device)))
    return anatomy, [cast(Values, tensor.cpu().numpy()) for tensor in tensors]


def _outputs_first(layer: Layer, arrays: dict[str, NDArray[Any]]) -> Values:
    """A weighted layer's weights with the outputs as the first axis, whichever way they are stored."""
    return _units_first(layer, arrays[layer.parameters[0].name])


def _units_first(layer: Layer, weight: NDArray[Any]) -> Values:
    values: Values = weight.astype(np.float32)
    return values.T if layer.settings.get("inputs_first") else values


def _norm_factors(anatomy: Anatomy, layer: Layer, arrays: dict[str, NDArray[Any]]) -> Values | float:
    """What each of the layer's outputs is multiplied by, once trained, where a batch normalisation follows."""
    following = anatomy.layers[anatomy.layers.index(layer) + 1]
    if following.kind != NORM:
        return 1.0
    name = following.name
    factors: Values = np.abs(arrays[f"{name}.weight"]) / np.sqrt(arrays[f"{name}.running_var"] + _EPSILON)
    return factors


def _reading_lengths(layer: Layer, arrays: dict[str, NDArray[Any]], units: int) -> Values:
    """With what length the layer reads each of the `units` that come before it."""
    weight = _outputs_first(layer, arrays)
    by_unit = weight.reshape(len(weight), units, -1).swapaxes(0, 1).reshape(units, -1)
    lengths: Values = np.linalg.norm(by_unit, axis=1).astype(np.float32)
    return lengths


def _linear(layer: Layer, arrays: dict[str, NDArray[Any]]) -> Linear:
    weight = _outputs_first(layer, arrays)
    bias: Parameter | None = layer.parameters[1] if layer.has_bias else None
    return Linear(weight, arrays[bias.name].astype(np.float32) if bias else np.zeros(len(weight), np.float32))
