"""What every PyTorch classifier here has in common: features, and a last layer that turns them into logits."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

import torch
from torch import Tensor, nn


class Classifier(Protocol):
    """A network in two steps. Calling it gives `classify(features(images))`."""

    def features(self, images: Tensor) -> Tensor:
        """Images (N, 1, 28, 28) to the input (N, F) of the last layer, the penultimate features."""

    def classify(self, features: Tensor) -> Tensor:
        """Features (N, F) to logits (N, 10)."""


class SequentialClassifier(nn.Sequential):
    """Layers one after the other, of which the last gives the logits."""

    def features(self, images: Tensor) -> Tensor:
        """See `Classifier`."""
        x = images
        for layer in list(self)[:-1]:
            x = layer(x)
        return x

    def classify(self, features: Tensor) -> Tensor:
        """See `Classifier`."""
        logits: Tensor = self[-1](features)
        return logits

    def forward(self, images: Tensor) -> Tensor:
        """Logits, not probabilities: the loss applies the softmax."""
        return self.classify(self.features(images))


class ConvolutionalClassifier(SequentialClassifier):
    """Convolutions first; see `put_channels_last`."""

    def __init__(self, layers: OrderedDict[str, nn.Module]) -> None:
        super().__init__(layers)
        put_channels_last(self)


def put_channels_last(network: nn.Module) -> None:
    """Let the weights of convolutions, and with them all their pictures, lie in memory with the channels last.

    A training step of this project's networks takes two thirds of the time or less. The weights' order decides, since
    an image of one channel lies in memory in the same way in either order.
    """
    network.to(memory_format=torch.channels_last)
