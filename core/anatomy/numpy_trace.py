"""Which layers a NumPy network has."""

from __future__ import annotations

import numpy as np

from core.anatomy.both_ways import Pass, Values
from core.anatomy.layers import DENSE, FLATTEN, RELU, Anatomy, Layer, Parameter, Shape, name_layers
from models.numpy_mlp import Array, NumpyMlp

_KINDS = {"Linear": DENSE, "Relu": RELU}


def trace_numpy(model: NumpyMlp, pixels: Array) -> tuple[Anatomy, list[Array]]:
    """The layers of `model`, and what each but the last gives for pixels (N, 784), first to last."""
    model.forward(pixels)
    shape: Shape = pixels.shape[1:]
    layers, outputs = [Layer("", FLATTEN, (1, 28, 28), shape)], [pixels]
    for name, step in model.layers.items():
        kind = _KINDS.get(type(step).__name__, type(step).__name__.lower())
        output = model.activations[name]
        layers.append(Layer("", kind, shape, output.shape[1:], _parameters(model, name), _settings(kind)))
        outputs.append(output)
        shape = output.shape[1:]
    return Anatomy(name_layers(layers)), outputs


def pass_numpy(model: NumpyMlp, pixels: Array, label: int) -> Pass:
    """Forward and backward pass of one image, scaled pixels (1, 784), of the class `label`."""
    anatomy, outputs = trace_numpy(model, pixels)
    loss = model.loss.forward(outputs[-1], np.array([label]))
    gradient = model.loss.backward()
    gradients = [gradient]
    for layer in reversed(model.layers.values()):
        gradient = layer.backward(gradient)
        gradients.insert(0, gradient)
    return Pass(
        anatomy,
        _to_values(pixels).reshape(1, 28, 28),
        tuple(map(_to_values, outputs)),
        _to_values(model.loss.probabilities),
        tuple(map(_to_values, gradients)),
        _to_values(gradient).reshape(1, 28, 28),
        loss,
    )


def _to_values(batch: Array) -> Values:
    """The values of the only image of a batch."""
    values: Values = batch[0].astype(np.float32)
    return values


def _parameters(model: NumpyMlp, layer: str) -> tuple[Parameter, ...]:
    values = model.parameters().items()
    return tuple(Parameter(name, array.shape) for name, array in values if name.rpartition(".")[0] == layer)


def _settings(kind: str) -> dict[str, float | bool | tuple[int, ...]]:
    return {"inputs_first": False} if kind == DENSE else {}
