"""An MLP with one hidden layer from raw parameters: no nn.Linear, no built-in ReLU.

The same network as the "mlp" architecture with one hidden layer of 256 and a normal start, written out.
"""

import torch
from torch import Tensor, nn

_HIDDEN = 256
_DEVIATION = 0.01


def relu(x: Tensor) -> Tensor:
    """max(x, 0), element by element."""
    return torch.max(x, torch.zeros_like(x))


class MlpScratch(nn.Module):
    """Images (N, 1, 28, 28) to logits (N, 10): O = ReLU(X W1 + b1) W2 + b2.

    The weights are (in, out), as the formula has them, and start from N(0, 0.01); the biases start at 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(28 * 28, _HIDDEN) * _DEVIATION)
        self.b1 = nn.Parameter(torch.zeros(_HIDDEN))
        self.W2 = nn.Parameter(torch.randn(_HIDDEN, 10) * _DEVIATION)
        self.b2 = nn.Parameter(torch.zeros(10))

    def features(self, images: Tensor) -> Tensor:
        """See `models.network.Classifier`: (N, 256)."""
        x = images.reshape(len(images), 28 * 28)
        return relu(x @ self.W1 + self.b1)

    def classify(self, features: Tensor) -> Tensor:
        """See `models.network.Classifier`."""
        return features @ self.W2 + self.b2

    def forward(self, images: Tensor) -> Tensor:
        """Logits, not probabilities: the loss applies the softmax."""
        return self.classify(self.features(images))


def build() -> nn.Module:
    """A new network with fresh weights."""
    return MlpScratch()
