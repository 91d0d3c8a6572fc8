"""Multi-layer perceptron in NumPy alone, each layer with its forward and backward pass written by hand.

Shapes: N images, I inputs and O outputs of a layer. Every layer's `backward` takes the gradient of the loss
by the layer's output and returns the gradient by its input, which is the chain rule one layer at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from models.start import N_PIXELS, draw_kaiming

Array = NDArray[np.floating]


class NumpyLayer(Protocol):
    """One step of the way from pixels to scores."""

    def forward(self, x: Array) -> Array:
        """The layer's output; what the backward pass needs is kept."""

    def backward(self, grad: Array) -> Array:
        """From the loss's gradient by the last output to the one by the last input."""


class Linear:
    """y = x Wᵀ + b, with `weight` (O, I) and `bias` (O,); their gradients after `backward`."""

    def __init__(self, weight: Array, bias: Array) -> None:
        self.weight = weight
        self.bias = bias
        self.weight_grad = np.zeros_like(weight)
        self.bias_grad = np.zeros_like(bias)

    def forward(self, x: Array) -> Array:
        """(N, I) to (N, O)."""
        self._x = x
        return x @ self.weight.T + self.bias

    def backward(self, grad: Array) -> Array:
        """(N, O) to (N, I): dL/dW = gᵀ x, dL/db = Σ g over the images, dL/dx = g W."""
        self.weight_grad = grad.T @ self._x
        self.bias_grad = grad.sum(0)
        return grad @ self.weight


class Relu:
    """y = max(x, 0)."""

    def forward(self, x: Array) -> Array:
        """Any shape."""
        self._is_positive = x > 0
        return np.maximum(x, 0)

    def backward(self, grad: Array) -> Array:
        """The gradient passes where the input was above 0."""
        return grad * self._is_positive


class SoftmaxCrossEntropy:
    """Softmax and cross-entropy in one: together their gradient is simply p − y."""

    def forward(self, logits: Array, labels: NDArray[np.int64]) -> float:
        """Mean loss in nats of logits (N, C) against classes (N,)."""
        # Subtracting the largest logit changes no probability and keeps exp() from overflowing.
        shifted = logits - logits.max(1, keepdims=True)
        log_sum = np.log(np.exp(shifted).sum(1, keepdims=True))
        self.probabilities: Array = np.exp(shifted - log_sum)
        self._labels = labels
        self._rows = np.arange(len(labels))
        return float((log_sum[:, 0] - shifted[self._rows, labels]).mean())

    def backward(self) -> Array:
        """dL/dlogits (N, C) = (p − y) / N, with y the labels as one-hot rows."""
        grad = self.probabilities.copy()
        grad[self._rows, self._labels] -= 1
        return grad / len(grad)


class NumpyMlp:
    """Layers fc1, relu1, fc2, … fcL. `activations` holds each one's last output by its name.

    Parameters have the names and shapes of the "mlp" architecture, so weights can be exchanged with it.
    """

    def __init__(self, hidden: Sequence[int], seed: int, dtype: DTypeLike = np.float32) -> None:
        start = {name: values.astype(dtype) for name, values in draw_kaiming(hidden, seed).items()}
        self.dtype = np.dtype(dtype)
        self.layers: dict[str, NumpyLayer] = {}
        self.activations: dict[str, Array] = {}
        self.loss = SoftmaxCrossEntropy()
        for number in range(1, len(hidden) + 2):
            self.layers[f"fc{number}"] = Linear(start[f"fc{number}.weight"], start[f"fc{number}.bias"])
            if number <= len(hidden):
                self.layers[f"relu{number}"] = Relu()

    def forward(self, images: Array) -> Array:
        """Images (N, 1, 28, 28) or (N, 784) to logits (N, 10)."""
        x = images.reshape(len(images), N_PIXELS)
        for name, layer in self.layers.items():
            x = self.activations[name] = layer.forward(x)
        return x

    def features(self, images: Array) -> Array:
        """The input (N, F) of the last layer, for images (N, 784): the penultimate features."""
        self.forward(images)
        *_, penultimate, _ = self.activations.values()
        return penultimate

    def backward(self, grad: Array) -> Array:
        """From dL/dlogits (N, 10) to the gradient of every parameter; returns that of the pixels (N, 784)."""
        for layer in reversed(self.layers.values()):
            grad = layer.backward(grad)
        return grad

    def train_step(self, images: Array, labels: NDArray[np.int64], lr: float) -> float:
        """One step of gradient descent on a batch; the mean loss before it."""
        loss = self.loss.forward(self.forward(images), labels)
        self.backward(self.loss.backward())
        self.update(lr)
        return loss

    def update(self, lr: float) -> None:
        """A step down the gradients that the last `backward` found."""
        for layer in self._linear_layers().values():
            layer.weight -= lr * layer.weight_grad
            layer.bias -= lr * layer.bias_grad

    def parameters(self) -> dict[str, Array]:
        """The arrays themselves by name: `fc1.weight`, `fc1.bias`, …"""
        linear = self._linear_layers().items()
        return {f"{name}.{part}": getattr(layer, part) for name, layer in linear for part in ("weight", "bias")}

    def gradients(self) -> dict[str, Array]:
        """What the last `backward` found, under the parameters' names."""
        linear = self._linear_layers().items()
        return {
            f"{name}.{part}": getattr(layer, f"{part}_grad") for name, layer in linear for part in ("weight", "bias")
        }

    def load(self, parameters: Mapping[str, Array]) -> None:
        """Copy values into all parameters. Raises ValueError when names or shapes differ."""
        own = self.parameters()
        if {name: values.shape for name, values in parameters.items()} != {n: v.shape for n, v in own.items()}:
            shapes = ", ".join(f"{name} {values.shape}" for name, values in own.items())
            raise ValueError(f"This network's parameters are {shapes}.")
        for name, values in own.items():
            values[...] = parameters[name]

    def _linear_layers(self) -> dict[str, Linear]:
        return {name: layer for name, layer in self.layers.items() if isinstance(layer, Linear)}


def build(hidden: Sequence[int], seed: int, dtype: DTypeLike = np.float32) -> NumpyMlp:
    """A new network with weights from the seed."""
    return NumpyMlp(hidden, seed, dtype)
