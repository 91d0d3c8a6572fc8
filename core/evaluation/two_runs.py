"""Two networks' predictions for the same test images, image by image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.evaluation.samples import Samples
from core.metrics.classification import count_confusion
from core.metrics.intervals import Interval, wilson_interval
from core.metrics.mcnemar import McNemar, mcnemar_test

# Images on which only the first network is right, only the second, or neither.
Group = Literal["only_a", "only_b", "both_wrong"]
GROUPS: tuple[Group, ...] = ("only_a", "only_b", "both_wrong")


@dataclass(frozen=True)
class Accuracy:
    """How many of `n` images a network classifies right, and the 95 % interval of its share."""

    right: int
    n: int
    interval: Interval

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.right / self.n if self.n else 0.0


@dataclass(frozen=True)
class TwoRuns:
    """The predictions a and b of two networks for the same N images in the same order."""

    a: Samples
    b: Samples

    def __post_init__(self) -> None:
        assert np.array_equal(self.a.index, self.b.index)

    def group(self, group: Group) -> NDArray[np.bool_]:
        """Which images (N,) belong to the group."""
        right_a, right_b = group == "only_a", group == "only_b"
        return np.asarray((_right(self.a) == right_a) & (_right(self.b) == right_b))

    def select(self, y_true: int | None = None, y_pred: int | None = None) -> NDArray[np.bool_]:
        """Which images (N,) are of the class `y_true` and taken for `y_pred` by at least one of the networks.

        None stands for any class.
        """
        chosen = np.ones(len(self.a), bool)
        if y_true is not None:
            chosen &= self.a.y_true == y_true
        if y_pred is not None:
            chosen &= (self.a.y_pred == y_pred) | (self.b.y_pred == y_pred)
        return chosen

    def confusions(self, n_classes: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The confusion counts (C, C) of both networks."""
        a, b = (count_confusion(each.y_true, each.y_pred, n_classes) for each in (self.a, self.b))
        return a, b

    def accuracies(self) -> tuple[Accuracy, Accuracy]:
        """The accuracies of both networks."""
        a, b = (_accuracy(each) for each in (self.a, self.b))
        return a, b

    def test(self) -> McNemar:
        """Whether both are equally good."""
        return mcnemar_test(int(self.group("only_a").sum()), int(self.group("only_b").sum()))


def wrong_answers(two: TwoRuns, group: Group, chosen: NDArray[np.bool_]) -> Samples:
    """The wrong predictions for the images of a group among the `chosen` ones (N,), the worst first.

    Where both networks are wrong they are those of the first.
    """
    samples = two.b if group == "only_a" else two.a
    return samples[two.group(group) & chosen].worst_first()


def counts_of_groups(two: TwoRuns, chosen: NDArray[np.bool_]) -> dict[Group, int]:
    """How many of the `chosen` images (N,) are in each group."""
    return {group: int((two.group(group) & chosen).sum()) for group in GROUPS}


def _right(samples: Samples) -> NDArray[np.bool_]:
    return np.asarray(samples.y_true == samples.y_pred)


def _accuracy(samples: Samples) -> Accuracy:
    right = int(_right(samples).sum())
    return Accuracy(right, len(samples), wilson_interval(right, len(samples)))
