"""The tutorials' networks, written as a tutorial writes them. Nothing here is tuned, and nothing here should be.

The networks of `models/` compute the same, but may be changed so that they train faster; these stay what they are
compared with. Parameters stand in the same order with the same shapes as in `models/`, so start weights can be copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.config.run_config import RunConfig

N_PIXELS, N_CLASSES = 28 * 28, 10
# Of d2l's multilayer perceptron from scratch.
_SCRATCH_HIDDEN = 256

Array = NDArray[np.floating]


class DeepMlp(nn.Module):
    """Images (N, 1, 28, 28) to logits (N, 10), with a ReLU after each hidden layer."""

    def __init__(self, hidden: Sequence[int]) -> None:
        super().__init__()
        sizes = pairwise([N_PIXELS, *hidden, N_CLASSES])
        self.layers = nn.ModuleList(nn.Linear(fan_in, fan_out) for fan_in, fan_out in sizes)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (N, 10)."""
        x = images.view(-1, N_PIXELS)
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        logits: Tensor = self.layers[-1](x)
        return logits


class ExampleCnn(nn.Module):
    """The network of PyTorch's MNIST example (github.com/pytorch/examples, mnist/main.py), to logits (N, 10).

    The example's log-softmax is left to the loss, whose cross-entropy is log-softmax and nll_loss.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (N, 10)."""
        x = F.relu(self.conv1(images))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(self.dropout1(x), 1)
        x = self.dropout2(F.relu(self.fc1(x)))
        logits: Tensor = self.fc2(x)
        return logits


class ScratchMlp(nn.Module):
    """The multilayer perceptron from scratch of Dive into Deep Learning (d2l.ai), to logits (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.w1 = nn.Parameter(torch.zeros(N_PIXELS, _SCRATCH_HIDDEN))
        self.b1 = nn.Parameter(torch.zeros(_SCRATCH_HIDDEN))
        self.w2 = nn.Parameter(torch.zeros(_SCRATCH_HIDDEN, N_CLASSES))
        self.b2 = nn.Parameter(torch.zeros(N_CLASSES))

    def forward(self, images: Tensor) -> Tensor:
        """Logits (N, 10)."""
        x = images.reshape((-1, N_PIXELS))
        x = x @ self.w1 + self.b1
        hidden = torch.max(x, torch.zeros_like(x))
        return hidden @ self.w2 + self.b2


def build_network(config: RunConfig) -> nn.Module:
    """The PyTorch network of a recipe's configuration as its tutorial writes it, with any weights."""
    match config.arch:
        case "cnn":
            return ExampleCnn()
        case "mlp-scratch":
            return ScratchMlp()
        case "softmax":
            return nn.Sequential(nn.Flatten(), nn.Linear(N_PIXELS, N_CLASSES))
    hidden = config.options["hidden"]
    assert isinstance(hidden, tuple)
    return DeepMlp(hidden)


class NumpyNetwork:
    """An MLP with ReLU in NumPy, from `parameters` weight (out, in), bias (out,), weight, … which it changes."""

    def __init__(self, parameters: Sequence[Array]) -> None:
        self.weights, self.biases = parameters[::2], parameters[1::2]

    def forward(self, x: Array) -> Array:
        """Pixels (N, 784) to probabilities (N, 10)."""
        self.inputs, self.sums = [], []
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            self.inputs.append(x)
            self.sums.append(x @ weight.T + bias)
            x = np.maximum(self.sums[-1], 0) if number < len(self.weights) - 1 else self.sums[-1]
        exponentials = np.exp(x - np.max(x, axis=1, keepdims=True))
        probabilities: Array = exponentials / np.sum(exponentials, axis=1, keepdims=True)
        return probabilities

    def backward(self, probabilities: Array, one_hot: Array) -> list[tuple[Array, Array]]:
        """The gradients of weight and bias of each layer, the last layer's first; `one_hot` (N, 10) are the labels."""
        gradients: list[tuple[Array, Array]] = []
        grad = (probabilities - one_hot) / len(one_hot)
        for number in reversed(range(len(self.weights))):
            gradients.append((grad.T @ self.inputs[number], np.sum(grad, axis=0)))
            if number:
                grad = (grad @ self.weights[number]) * (self.sums[number - 1] > 0)
        return gradients

    def update(self, gradients: Sequence[tuple[Array, Array]], lr: float) -> None:
        """A step of gradient descent by what `backward` gave."""
        for number, (by_weight, by_bias) in enumerate(reversed(gradients)):
            self.weights[number][...] -= lr * by_weight
            self.biases[number][...] -= lr * by_bias
