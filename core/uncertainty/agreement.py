"""Predictions of many networks for the same pictures, and where they differ most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images
from core.errors import LabError
from core.learners.base import Probabilities
from core.texts.message import Message, message
from core.uncertainty.prediction import calibrated_proba

# A network's class probabilities (N, 10), or why there are none.
Answer = Probabilities | Message


@dataclass(frozen=True)
class Disagreement:
    """Two networks, by their index, and the distance of their probabilities.

    distance: total variation, half the sum of the absolute differences: 0 for equal ones, 1 for disjoint ones.
    at: the class with the largest difference.
    """

    one: int
    other: int
    distance: float
    at: int


def predict_all(runs: Sequence[Path], images: Images) -> list[Answer]:
    """Predictions of the networks in these folders for images (N, 28, 28), computed where torch is loaded.

    A network that fails has its reason in its place; the others are not affected.
    """
    return [_answer(run, images) for run in runs]


def count_votes(probabilities: Sequence[NDArray[np.floating]]) -> list[tuple[int, int]]:
    """The classes that networks with these probabilities (10,) predict, with the number of networks, most first."""
    votes = Counter(int(each.argmax()) for each in probabilities)
    return sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))


def largest_disagreement(probabilities: Sequence[NDArray[np.floating]]) -> Disagreement | None:
    """The two networks whose probabilities (10,) are farthest apart; None for fewer than two networks."""
    found = None
    for (one, first), (other, second) in combinations(enumerate(probabilities), 2):
        difference = np.abs(first - second)
        distance = float(difference.sum()) / 2
        if found is None or distance > found.distance:
            found = Disagreement(one, other, distance, int(difference.argmax()))
    return found


def _answer(run: Path, images: Images) -> Answer:
    try:
        return calibrated_proba(run, images)
    except LabError as error:
        return error.message
    except OSError as error:
        return message("{reason}", reason=error.strerror or str(error))
