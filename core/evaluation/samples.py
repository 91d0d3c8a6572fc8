"""A network's predictions for single images: which are wrong, and how wrong."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.metrics.classification import sample_losses


@dataclass(frozen=True)
class Samples:
    """A network's predictions for images, one entry an image in every array (N,).

    index: the image's index in the test set, int64.
    y_true, y_pred: classes, int64.
    confidence: probability of the predicted class, float64.
    loss: cross-entropy in nats, float64.
    """

    index: NDArray[np.int64]
    y_true: NDArray[np.int64]
    y_pred: NDArray[np.int64]
    confidence: NDArray[np.float64]
    loss: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, choice: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Samples:
        return Samples(*(getattr(self, field.name)[choice] for field in fields(self)))

    def mistakes(self) -> Samples:
        """The wrong predictions only."""
        return self[self.y_true != self.y_pred]

    def select(self, y_true: int | None = None, y_pred: int | None = None) -> Samples:
        """Images of one true class, of one predicted class, or of both; None stands for any class."""
        keep = np.ones(len(self), bool)
        if y_true is not None:
            keep &= self.y_true == y_true
        if y_pred is not None:
            keep &= self.y_pred == y_pred
        return self[keep]

    def worst_first(self) -> Samples:
        """Sorted by loss, the highest first. Equal losses keep their order."""
        return self[np.argsort(-self.loss, kind="stable")]


def make_samples(y_true: NDArray[np.int64], probabilities: NDArray[np.floating], n_classes: int = 10) -> Samples:
    """The predictions of class probabilities (N, n_classes) for images of the classes `y_true` (N,).

    Raises RunError when the probabilities have another shape or are not finite.
    """
    if probabilities.shape != (len(y_true), n_classes):
        images, classes = probabilities.shape
        raise RunError(
            "There are predictions of {classes} classes for {images:,} images, but the test set has {n_classes} "
            "and {n_images:,}. Measure the run again.",
            classes=classes,
            images=images,
            n_classes=n_classes,
            n_images=len(y_true),
        )
    if not np.isfinite(probabilities).all():
        raise RunError("Some predictions are not finite numbers. Measure the run again.")
    y_pred = probabilities.argmax(1)
    confidence = probabilities[np.arange(len(y_true)), y_pred].astype(np.float64)
    return Samples(np.arange(len(y_true)), y_true, y_pred, confidence, sample_losses(y_true, probabilities))
