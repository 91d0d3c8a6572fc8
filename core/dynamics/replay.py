"""The time machine: what a network predicted for the images of a split after each epoch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Labels
from core.errors import RunError
from core.metrics.classification import count_confusion, normalize_confusion
from core.training.epoch_record import EpochRecord, Predicted, Split


@dataclass(frozen=True)
class Replay:
    """Predictions for N images after each of E epochs.

    epochs: their numbers, ascending; an epoch whose record is missing is left out.
    y_true (N,): classes, int64.
    y_pred (E, N), confidence (E, N): predicted classes, uint8, and their probabilities, float16.
    """

    epochs: tuple[int, ...]
    y_true: Labels
    y_pred: NDArray[np.uint8]
    confidence: NDArray[np.float16]

    def correct(self, place: int) -> NDArray[np.bool_]:
        """Which images (N,) are predicted right after the epoch at this place in `epochs`."""
        return np.asarray(self.y_pred[place] == self.y_true)

    def confusion(self, place: int) -> NDArray[np.int64]:
        """Counts (C, C) [true][predicted] after the epoch at this place."""
        return count_confusion(self.y_true, self.y_pred[place])

    def class_accuracy(self) -> NDArray[np.float64]:
        """Of each class the share (E, C) of its images that are predicted as it; 0 for a class without images."""
        rows = [normalize_confusion(self.confusion(place), "true").diagonal() for place in range(len(self.epochs))]
        return np.stack(rows)

    def became(self, place: int, right: bool) -> NDArray[np.int64]:
        """The numbers of the images that were predicted wrong after the epoch before, and right after this one.

        right: False for those that were right and became wrong. After the first epoch there are none.
        """
        if place == 0:
            return np.empty(0, np.int64)
        before, now = self.correct(place - 1), self.correct(place)
        return np.flatnonzero((now == right) & (before != right))

    def changes(self) -> NDArray[np.int64]:
        """How often each image (N,) went from right to wrong or back."""
        correct = self.y_pred == self.y_true
        return np.asarray((correct[1:] != correct[:-1]).sum(0))


def make_replay(records: Iterable[EpochRecord], split: Split, y_true: Labels) -> Replay | None:
    """The predictions for a split's images of the classes `y_true` (N,); None where the epochs made none.

    records: in the order of their epochs. Raises RunError where they are of another number of images.
    """
    found: list[tuple[int, Predicted]] = []
    for record in records:
        predicted = record.predicted(split)
        if predicted is None:
            continue
        if len(predicted.y_pred) != len(y_true):
            raise RunError(
                "The record of epoch {epoch} holds predictions for {count:,} images; here are {due:,}.",
                epoch=record.epoch,
                count=len(predicted.y_pred),
                due=len(y_true),
            )
        found.append((record.epoch, predicted))
    if not found:
        return None
    epochs, predictions = zip(*found, strict=True)
    return Replay(
        epochs,
        y_true,
        np.stack([predicted.y_pred for predicted in predictions]),
        np.stack([predicted.confidence for predicted in predictions]),
    )
