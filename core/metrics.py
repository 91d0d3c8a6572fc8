"""Figures that say how good a prediction is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Keeps the logarithm finite where float32 rounds a probability to 0.
_TINY = 1e-12


@dataclass(frozen=True)
class Score:
    """Mean cross-entropy in nats, and accuracy as a share from 0 to 1."""

    loss: float
    accuracy: float


def sample_losses(y_true: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Cross-entropy (N,) of each image, in nats, from its class probabilities (N, C)."""
    right = probabilities[np.arange(len(y_true)), y_true].astype(np.float64)
    return np.asarray(-np.log(np.maximum(right, _TINY)))


def score(y_true: NDArray[np.int64], probabilities: NDArray[np.floating]) -> Score:
    """Loss and accuracy of class probabilities (N, C)."""
    correct = probabilities.argmax(1) == y_true
    return Score(float(sample_losses(y_true, probabilities).mean()), float(correct.mean()))


def count_confusion(y_true: NDArray[np.int64], y_pred: NDArray[np.integer], n_classes: int = 10) -> NDArray[np.int64]:
    """Counts (C, C): entry [t, p] is how many images of class t were predicted as class p."""
    # scikit-learn's confusion_matrix gives the same (a test holds that) but takes a second to import.
    cells = y_true * n_classes + y_pred
    return np.bincount(cells, minlength=n_classes * n_classes).reshape(n_classes, n_classes)
