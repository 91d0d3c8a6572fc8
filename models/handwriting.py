"""A small convolutional network for handwriting: three pairs of 3×3 convolutions with batch normalisation."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from models.network import ConvolutionalClassifier

# Channels of each pair; pooling after it halves the picture: 28, 14, 7, 3.
_CHANNELS = (16, 32, 64)
_SIDE_LEFT = 3


class HandwritingCnn(ConvolutionalClassifier):
    """Images (N, 1, 28, 28) to logits (N, 10) by about 7 million multiplications an image.

    Layers are called conv1, norm1, relu1, … pool1, …; a convolution has no bias, since the batch normalisation
    after it (Ioffe & Szegedy 2015, arXiv:1502.03167) adds one.
    """

    def __init__(self, dropout: float) -> None:
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        before = 1
        for pair, channels in enumerate(_CHANNELS):
            for number in (2 * pair + 1, 2 * pair + 2):
                layers[f"conv{number}"] = nn.Conv2d(before, channels, 3, padding=1, bias=False)
                layers[f"norm{number}"] = nn.BatchNorm2d(channels)
                layers[f"relu{number}"] = nn.ReLU()
                before = channels
            layers[f"pool{pair + 1}"] = nn.MaxPool2d(2)
        layers["flatten"] = nn.Flatten()
        layers["fc1"] = nn.Linear(before * _SIDE_LEFT**2, 128)
        layers["relu7"] = nn.ReLU()
        if dropout:
            layers["dropout"] = nn.Dropout(dropout)
        layers["fc2"] = nn.Linear(128, 10)
        super().__init__(layers)


def build(dropout: float) -> nn.Module:
    """A new network with fresh weights."""
    return HandwritingCnn(dropout)
