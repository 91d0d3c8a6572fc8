"""Softmax regression: a single linear layer, the smallest classifier there is."""

from torch import nn

from models.network import SequentialClassifier


def build() -> nn.Module:
    """Images (N, 1, 28, 28) to logits (N, 10) by one matrix of 784 × 10 and a bias: 7,850 parameters."""
    return SequentialClassifier(nn.Flatten(), nn.Linear(28 * 28, 10))
