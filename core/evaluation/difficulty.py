"""How difficult each image of a test set is, by how many networks misclassify it.

This is the instance hardness of M. Smith, T. Martinez and C. Giraud-Carrier 2014, "An Instance Level Analysis of Data
Complexity" (Machine Learning 95, 225-256), counted by right and wrong, of the networks that are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Labels


@dataclass(frozen=True)
class Difficulty:
    """Of N images: how many of the networks misclassify each, int64 (N,). n_networks: how many were asked."""

    n_wrong: NDArray[np.int64]
    n_networks: int


def count_difficulty(y_true: Labels, predictions: Sequence[NDArray[np.integer]]) -> Difficulty:
    """The difficulty of images of the classes `y_true` (N,), for networks that predict these classes (N,) each."""
    n_wrong = np.zeros(len(y_true), np.int64)
    for y_pred in predictions:
        n_wrong += y_pred != y_true
    return Difficulty(n_wrong, len(predictions))
