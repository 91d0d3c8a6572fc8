"""Figures that say how good a prediction is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Normalization = Literal["none", "true", "predicted", "all"]

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


def normalize_confusion(counts: NDArray[np.integer], normalize: Normalization) -> NDArray[np.float64]:
    """Confusion counts (C, C) as shares of each true class, of each predicted class, or of all images.

    "none" gives the counts themselves. Shares of a class without images are 0.
    """
    if normalize == "none":
        return counts.astype(np.float64)
    axis = {"true": 1, "predicted": 0, "all": None}[normalize]
    totals = np.broadcast_to(counts.sum(axis=axis, keepdims=True), counts.shape)
    shares: NDArray[np.float64] = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    return shares


@dataclass(frozen=True)
class ClassScores:
    """How well one class is recognised. A share without any image to count is 0.

    precision: share of the images predicted as this class that belong to it.
    recall: share of this class's images that were predicted as it.
    f1: harmonic mean of both.
    support: number of this class's images.
    """

    precision: float
    recall: float
    f1: float
    support: int


def class_scores(counts: NDArray[np.integer]) -> tuple[ClassScores, ...]:
    """Scores of each class, from confusion counts (C, C)."""
    precision = normalize_confusion(counts, "predicted").diagonal()
    recall = normalize_confusion(counts, "true").diagonal()
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros(len(both)), where=both > 0)
    rows = zip(precision, recall, f1, counts.sum(1), strict=True)
    return tuple(ClassScores(float(p), float(r), float(f), int(n)) for p, r, f, n in rows)


@dataclass(frozen=True)
class ConfusedPair:
    """`count` images of class `true` were predicted as class `predicted`."""

    true: int
    predicted: int
    count: int


def most_confused(counts: NDArray[np.integer], limit: int) -> tuple[ConfusedPair, ...]:
    """At most `limit` pairs of different classes, the most often confused first; never a pair without images."""
    mistakes = counts.copy()
    np.fill_diagonal(mistakes, 0)
    # A stable sort keeps equal counts in reading order.
    order = np.argsort(-mistakes, axis=None, kind="stable")[:limit]
    pairs = [(int(t), int(p)) for t, p in zip(*np.unravel_index(order, mistakes.shape), strict=True)]
    return tuple(ConfusedPair(t, p, int(mistakes[t, p])) for t, p in pairs if mistakes[t, p] > 0)
