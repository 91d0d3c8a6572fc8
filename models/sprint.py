"""A convolutional network made for the shortest training: three convolutions on a picture that the first one halves.

Most of a small network's time goes into what surrounds its products, and that grows with the pictures. So the first
convolution has a stride of 2, and pooling comes before normalisation and ReLU, which then see a quarter of the values.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from models.network import ConvolutionalClassifier

# Channels after each convolution.
_CHANNELS = (16, 32, 64)
# Pixels on a side when the last pooling is done: 28, 14, 7, 5 without a margin, 2.
_SIDE_LEFT = 2


class SprintCnn(ConvolutionalClassifier):
    """Images (N, 1, 28, 28) to logits (N, 10) by about 1.5 million multiplications an image.

    Layers are called conv1, norm1, relu1, …; a convolution has no bias, since the batch normalisation after it (Ioffe &
    Szegedy 2015, arXiv:1502.03167) adds one.
    """

    def __init__(self) -> None:
        first, second, third = _CHANNELS
        super().__init__(
            OrderedDict[str, nn.Module](
                conv1=nn.Conv2d(1, first, 6, stride=2, padding=2, bias=False),
                norm1=nn.BatchNorm2d(first),
                relu1=nn.ReLU(),
                conv2=nn.Conv2d(first, second, 3, padding=1, bias=False),
                pool1=nn.MaxPool2d(2),
                norm2=nn.BatchNorm2d(second),
                relu2=nn.ReLU(),
                conv3=nn.Conv2d(second, third, 3, bias=False),
                pool2=nn.MaxPool2d(2),
                norm3=nn.BatchNorm2d(third),
                relu3=nn.ReLU(),
                flatten=nn.Flatten(),
                fc1=nn.Linear(third * _SIDE_LEFT**2, 10),
            )
        )


def build() -> nn.Module:
    """A new network with fresh weights."""
    return SprintCnn()
