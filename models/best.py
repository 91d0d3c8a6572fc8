"""A convolutional network made to err least: one convolution on the picture, pairs on its half and its quarter.

Pooling comes before normalisation and ReLU, as in `models.sprint`: these then see a quarter of the values. The last
pooling keeps one value of each map, so that the dense layer has few weights and no place of its own for each stroke.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from models.network import ConvolutionalClassifier

# Channels at 28, 14 and 7 pixels on a side.
_CHANNELS = (32, 48, 96)
# Pixels on a side of the last maps, all of which the last pooling takes at once.
_LAST_SIDE = 7


class BestCnn(ConvolutionalClassifier):
    """Images (N, 1, 28, 28) to logits (N, 10) by about 14 million multiplications an image.

    Layers are called conv1, norm1, relu1, …; a convolution has no bias, since the batch normalisation after it (Ioffe &
    Szegedy 2015, arXiv:1502.03167) adds one.
    """

    def __init__(self) -> None:
        first, second, third = _CHANNELS
        super().__init__(
            OrderedDict[str, nn.Module](
                conv1=nn.Conv2d(1, first, 5, padding=2, bias=False),
                pool1=nn.MaxPool2d(2),
                norm1=nn.BatchNorm2d(first),
                relu1=nn.ReLU(),
                conv2=nn.Conv2d(first, second, 3, padding=1, bias=False),
                norm2=nn.BatchNorm2d(second),
                relu2=nn.ReLU(),
                conv3=nn.Conv2d(second, second, 3, padding=1, bias=False),
                pool2=nn.MaxPool2d(2),
                norm3=nn.BatchNorm2d(second),
                relu3=nn.ReLU(),
                conv4=nn.Conv2d(second, third, 3, padding=1, bias=False),
                norm4=nn.BatchNorm2d(third),
                relu4=nn.ReLU(),
                conv5=nn.Conv2d(third, third, 3, padding=1, bias=False),
                pool3=nn.MaxPool2d(_LAST_SIDE),
                norm5=nn.BatchNorm2d(third),
                relu5=nn.ReLU(),
                flatten=nn.Flatten(),
                fc1=nn.Linear(third, 10),
            )
        )


def build() -> nn.Module:
    """A new network with fresh weights."""
    return BestCnn()
