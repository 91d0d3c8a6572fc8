"""What a run said of single images in one epoch: of its training images as they were shown, and of the others after it.

It is known anyway: the probabilities of a batch before its update, and those from which an epoch's accuracies come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import CheckpointError
from core.learners.base import Probabilities
from core.storage.arrays import Arrays

# Those that are predicted after an epoch.
Split = Literal["val", "test"]
SPLITS: tuple[Split, ...] = ("val", "test")


@dataclass(frozen=True)
class Predicted:
    """The predictions for a split's N images.

    y_pred: the most probable class, uint8 (N,). confidence: its probability, float16 (N,).
    These 3 bytes an image give the confusion matrix, accuracies and single answers; ten probabilities take 20 bytes.
    """

    y_pred: NDArray[np.uint8]
    confidence: NDArray[np.float16]


@dataclass(frozen=True)
class EpochRecord:
    """One epoch, counted from 1.

    true_probability (N,), correct (N,): of the N training images in the order of the data set, when each was shown:
        the probability of its true class as float16, and whether that was the most probable one. The probability is
        NaN where nothing was recorded, as of the steps before a checkpoint of an earlier version.
    val, test: predictions after the epoch; None where they are not made.
    """

    epoch: int
    true_probability: NDArray[np.float16]
    correct: NDArray[np.bool_]
    val: Predicted | None = None
    test: Predicted | None = None

    def predicted(self, split: Split) -> Predicted | None:
        """The predictions for this split."""
        return self.val if split == "val" else self.test


class ShownImages:
    """What was said of each of N training images in the present epoch so far."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._begin()

    def _begin(self) -> None:
        self._true_probability = np.full(self._count, np.nan, np.float16)
        self._correct = np.zeros(self._count, np.bool_)

    def note(self, index: NDArray[np.int64], true_probability: NDArray[np.float16], correct: NDArray[np.bool_]) -> None:
        """Keep what was said of the images with these numbers."""
        self._true_probability[index], self._correct[index] = true_probability, correct

    def take(self, epoch: int, val: Predicted | None, test: Predicted | None) -> EpochRecord:
        """The record of the epoch, which is over; the next one begins with nothing."""
        record = EpochRecord(epoch, self._true_probability, self._correct, val, test)
        self._begin()
        return record

    def state(self) -> Arrays:
        """A copy, for a checkpoint; empty where nothing was said yet."""
        if np.isnan(self._true_probability).all():
            return {}
        return {"true_probability": self._true_probability.copy(), "correct": self._correct.copy()}

    def load(self, state: Mapping[str, NDArray[np.generic]]) -> None:
        """The inverse of `state`. Raises CheckpointError for another number of images."""
        if not state:
            return
        try:
            self.note(np.arange(self._count), state["true_probability"], state["correct"])  # type: ignore[arg-type]
        except (KeyError, ValueError) as error:
            raise CheckpointError("The checkpoint does not fit this run: {reason}", reason=error) from None


def summarize(probabilities: Probabilities) -> Predicted:
    """The predictions that class probabilities (N, C) make."""
    y_pred = probabilities.argmax(1)
    return Predicted(y_pred.astype(np.uint8), probabilities.max(1).astype(np.float16))
