"""The classic convolutional network of PyTorch's MNIST example (github.com/pytorch/examples, mnist/main.py).

Its parameters have the example's names and shapes, so weights can be exchanged with it.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.network import put_channels_last


class Cnn(nn.Module):
    """Images (N, 1, 28, 28) to logits (N, 10): conv 32, conv 64, max-pool, dense 128, dense 10.

    9,216 inputs of `fc1`: two 3×3 convolutions without padding shrink 28 to 24, pooling halves it
    to 12, and 64 channels × 12 × 12 = 9,216.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.dropout1 = nn.Dropout(0.25)
        self.fc1 = nn.Linear(9216, 128)
        self.dropout2 = nn.Dropout(0.5)
        self.fc2 = nn.Linear(128, 10)
        put_channels_last(self)

    def features(self, images: Tensor) -> Tensor:
        """See `models.network.Classifier`: (N, 128)."""
        x = F.relu(self.conv1(images))
        # Pooling before ReLU gives the same numbers in less time.
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        x = torch.flatten(self.dropout1(x), 1)
        x = F.relu(self.fc1(x))
        features: Tensor = self.dropout2(x)
        return features

    def classify(self, features: Tensor) -> Tensor:
        """See `models.network.Classifier`."""
        logits: Tensor = self.fc2(features)
        return logits

    def forward(self, images: Tensor) -> Tensor:
        """Logits, not log-probabilities: the loss applies the softmax."""
        return self.classify(self.features(images))


def build() -> nn.Module:
    """A new network with fresh weights."""
    return Cnn()
