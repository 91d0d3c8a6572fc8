"""A network's accuracy with and without the images whose labels were judged wrong."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from core.evaluation.samples import Samples


@dataclass(frozen=True)
class Counts:
    """Images, and how many of them the network predicts as their label says."""

    n: int
    correct: int

    @property
    def accuracy(self) -> float:
        """Share from 0 to 1; 0 without images."""
        return self.correct / self.n if self.n else 0.0


@dataclass(frozen=True)
class AccuracyWithout:
    """All images, those whose labels were judged wrong, and the others."""

    whole: Counts
    wrong: Counts
    rest: Counts


def accuracy_without(samples: Samples, wrong: Collection[int]) -> AccuracyWithout:
    """Count a network's correct predictions, apart for the images whose indexes are in `wrong`."""
    is_wrong = np.isin(samples.index, np.fromiter(wrong, np.int64, len(wrong)))
    return AccuracyWithout(_count(samples), _count(samples[is_wrong]), _count(samples[~is_wrong]))


def _count(samples: Samples) -> Counts:
    return Counts(len(samples), int((samples.y_pred == samples.y_true).sum()))
