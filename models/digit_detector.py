"""A small network that tells digits from what is none."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.network import put_channels_last


class DigitDetector(nn.Module):
    """Pixels from 0 to 1, (N, 1, 28, 28), to logits (N, 11): the ten digits, and last what is none of them.

    About 1.3 million multiply-adds a picture.
    """

    def __init__(self) -> None:
        super().__init__()
        # The normalisation that follows has a bias of its own.
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 24, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(24)
        self.conv3 = nn.Conv2d(24, 48, 3, padding=1, bias=False)
        self.norm3 = nn.BatchNorm2d(48)
        self.fc1 = nn.Linear(48 * 9, 96)
        self.dropout = nn.Dropout(0.2)
        self.fc2 = nn.Linear(96, 11)
        put_channels_last(self)

    def forward(self, images: Tensor) -> Tensor:
        """Logits, not probabilities."""
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(images))), 2)
        x = F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)
        x = F.max_pool2d(F.relu(self.norm3(self.conv3(x))), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        logits: Tensor = self.fc2(self.dropout(x))
        return logits


def build() -> nn.Module:
    """A new network with fresh weights."""
    return DigitDetector()
