"""A contest between a reader and a network, over the test images of which the network is least sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.samples import Samples

# Images of a round.
ROUND = 10


@dataclass(frozen=True)
class Contest:
    """One round. samples: its images with the network's predictions. answers: the reader's classes so far, in order."""

    samples: Samples
    answers: tuple[int, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether every image has its answer."""
        return len(self.answers) >= len(self.samples)

    @property
    def reader_right(self) -> tuple[bool, ...]:
        """Whether each of the reader's answers is right."""
        return tuple(
            answer == int(true) for answer, true in zip(self.answers, self.samples.y_true[: self._n], strict=True)
        )

    @property
    def network_right(self) -> tuple[bool, ...]:
        """Whether the network is right about each image that the reader has answered."""
        answered = self.samples[: self._n]
        return tuple(map(bool, answered.y_pred == answered.y_true))

    @property
    def _n(self) -> int:
        return len(self.answers)


def make_contest(samples: Samples, number: int, answers: Sequence[int] = ()) -> Contest:
    """The round of this number, counted from 0; after the last whole one it begins again with the first.

    The first round has the ten images whose prediction has the lowest probability, the second the next ten, and so on.
    The order within a round is drawn, so that it does not tell how hard an image is. samples: ten or more.
    """
    first = ROUND * (number % max(len(samples) // ROUND, 1))
    unsure = np.argsort(samples.confidence, kind="stable")[first : first + ROUND]
    return Contest(samples[np.random.default_rng(number).permutation(unsure)], tuple(answers))
