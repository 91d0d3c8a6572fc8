"""Training dynamics: which training images a network learned, when, how surely, and which it forgot again.

What is counted is what the network said of an image when it was shown, before that batch's update: with dropout, and
of the image as augmentation had changed it. So have both sources:

- Swayamdipta et al. 2020, "Dataset Cartography" (arXiv:2009.10795): confidence, variability, correctness, the data map.
- Toneva et al. 2019, "An Empirical Study of Example Forgetting" (arXiv:1812.05159): learning and forgetting events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.runs.epoch_files import EpochFile, read_epoch
from core.training.epoch_record import EpochRecord

EASY, AMBIGUOUS, HARD = 0, 1, 2
# Half of the largest standard deviation that values from 0 to 1 can have. Above it an image is ambiguous.
MOST_VARIABILITY = 0.25
# Below this mean probability of its true class, an image that is not ambiguous is hard.
LEAST_CONFIDENCE = 0.5
# Epochs from which on the first one does not count for the data map.
LEAST_EPOCHS = 3


@dataclass(frozen=True)
class ExampleDynamics:
    """The training dynamics of N training images over E epochs; every array is (N,).

    n_epochs: E. first_counted: the first epoch that counts for the next three.
    confidence, variability: mean and standard deviation over the epochs of the true class's probability, float32.
    correctness: share of the epochs in which the image was predicted right, float32.
    forgotten: forgetting events, int64: how often an image predicted right was predicted wrong in the next epoch.
    learnt: the epoch of the first learning event, int64: the first in which it was predicted right; 0 for never.
    An image is left out of an epoch that recorded nothing of it. The figures of one that no epoch recorded are NaN.
    """

    n_epochs: int
    first_counted: int
    confidence: NDArray[np.float32]
    variability: NDArray[np.float32]
    correctness: NDArray[np.float32]
    forgotten: NDArray[np.int64]
    learnt: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.confidence)

    @property
    def region(self) -> NDArray[np.int64]:
        """The region (N,) of the data map that each image lies in: `EASY`, `AMBIGUOUS` or `HARD`; -1 without figures.

        The paper draws its regions by quantiles, such as the third with the highest variability. These have fixed
        borders, because of most images here all thirds would be easy.
        """
        settled = np.where(self.confidence < LEAST_CONFIDENCE, HARD, EASY)
        found = np.where(self.variability > MOST_VARIABILITY, AMBIGUOUS, settled)
        return np.where(np.isnan(self.confidence), -1, found)


def read_examples(files: Sequence[EpochFile]) -> ExampleDynamics:
    """The training dynamics in a run's files, of which there must be one at least. Raises CheckpointError, RunError."""
    return summarize_examples(map(read_epoch, files), first_counted(len(files)))


def first_counted(n_epochs: int) -> int:
    """The first of so many epochs that counts for the data map.

    Where enough are left it is the second: what the network says of the images that happen to be shown early in the
    first tells how little it knew, not how hard they are.
    """
    return 2 if n_epochs >= LEAST_EPOCHS else 1


def summarize_examples(records: Iterable[EpochRecord], first_counted: int = 1) -> ExampleDynamics:
    """The training dynamics in the records of some epochs, given in their order, at least one.

    first_counted: see `ExampleDynamics`. Learning and forgetting events are counted in all epochs.
    Reads one record after the other, so that memory does not grow with their number. Raises RunError where they are
    not of equally many images.
    """
    records = iter(records)
    first = next(records)
    sums = _Sums(len(first.correct), first_counted)
    sums.add(first)
    for record in records:
        if len(record.correct) != sums.count:
            raise RunError(
                "The record of epoch {epoch} is of {count:,} training images, those before it of {due:,}.",
                epoch=record.epoch,
                count=len(record.correct),
                due=sums.count,
            )
        sums.add(record)
    return sums.summarize()


class _Sums:
    """Sums over epochs, of each image."""

    def __init__(self, count: int, first_counted: int) -> None:
        self.count = count
        self._first_counted = first_counted
        self._n_epochs = 0
        self._known = np.zeros(count)
        self._probability = np.zeros(count)
        self._square = np.zeros(count)
        self._correct = np.zeros(count)
        self._forgotten = np.zeros(count, np.int64)
        self._learnt = np.zeros(count, np.int64)
        self._was_correct = np.zeros(count, np.bool_)

    def add(self, record: EpochRecord) -> None:
        known = ~np.isnan(record.true_probability)
        correct = record.correct & known
        self._n_epochs += 1
        if record.epoch >= self._first_counted:
            probability = np.where(known, record.true_probability, 0).astype(np.float64)
            self._known += known
            self._probability += probability
            self._square += probability**2
            self._correct += correct
        self._forgotten += self._was_correct & known & ~correct
        self._learnt[correct & (self._learnt == 0)] = record.epoch
        self._was_correct = np.where(known, correct, self._was_correct)

    def summarize(self) -> ExampleDynamics:
        # Without a figure 0/0, which is NaN.
        with np.errstate(invalid="ignore"):
            mean = self._probability / self._known
            variance = np.maximum(self._square / self._known - mean**2, 0)
            correctness = self._correct / self._known
        return ExampleDynamics(
            self._n_epochs,
            self._first_counted,
            mean.astype(np.float32),
            np.sqrt(variance).astype(np.float32),
            correctness.astype(np.float32),
            self._forgotten,
            self._learnt,
        )
