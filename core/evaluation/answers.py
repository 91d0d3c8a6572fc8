"""Which test images a network got wrong, and how wrong it was."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.metrics.classification import sample_losses


@dataclass(frozen=True)
class Answers:
    """A network's answers to some images, one entry an image in every array (N,).

    index: the image's place in the test set, int64.
    true, predicted: classes, int64.
    confidence: probability of the predicted class, float64.
    loss: cross-entropy in nats, float64.
    """

    index: NDArray[np.int64]
    true: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float64]
    loss: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, choice: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Answers:
        return Answers(*(getattr(self, field.name)[choice] for field in fields(self)))

    def mistakes(self) -> Answers:
        """The wrong answers only."""
        return self[self.true != self.predicted]

    def select(self, true: int | None = None, predicted: int | None = None) -> Answers:
        """Answers to images of one class, or that name one class, or both; None stands for any class."""
        keep = np.ones(len(self), bool)
        if true is not None:
            keep &= self.true == true
        if predicted is not None:
            keep &= self.predicted == predicted
        return self[keep]

    def worst_first(self) -> Answers:
        """Sorted by loss, the highest first; equal ones stay in their order."""
        return self[np.argsort(-self.loss, kind="stable")]

    def count_pages(self, size: int) -> int:
        """Pages of `size` entries needed for all; at least 1."""
        return max(1, -(-len(self) // size))

    def page(self, number: int, size: int) -> Answers:
        """The entries of a page, counted from 1; a number beyond the ends gives the nearest page."""
        number = min(max(number, 1), self.count_pages(size))
        return self[slice((number - 1) * size, number * size)]


def answers_from(labels: NDArray[np.int64], probabilities: NDArray[np.floating], n_classes: int = 10) -> Answers:
    """What class probabilities (N, n_classes) say to images with these labels (N,).

    Raises RunError when they are of another shape or not finite.
    """
    if probabilities.shape != (len(labels), n_classes):
        images, classes = probabilities.shape
        raise RunError(
            f"There are predictions of {classes} classes for {images:,} images, but the test set has {n_classes} "
            f"and {len(labels):,}. Measure the run again."
        )
    if not np.isfinite(probabilities).all():
        raise RunError("Some predictions are not finite numbers. Measure the run again.")
    predicted = probabilities.argmax(1)
    confidence = probabilities[np.arange(len(labels)), predicted].astype(np.float64)
    return Answers(np.arange(len(labels)), labels, predicted, confidence, sample_losses(labels, probabilities))
