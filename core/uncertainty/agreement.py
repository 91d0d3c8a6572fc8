"""What many networks say of the same pictures, and where they differ most."""

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
from core.uncertainty.prediction import calibrated_proba

# What a network says, class probabilities (N, 10), or why it says nothing.
Answer = Probabilities | str


@dataclass(frozen=True)
class Disagreement:
    """Two networks, by their places, and how far apart their probabilities are.

    distance: half the sum of all differences (total variation), from 0 for the same to 1 for nothing in common.
    at: the class on which they differ most.
    """

    one: int
    other: int
    distance: float
    at: int


def predict_all(runs: Sequence[Path], images: Images) -> list[Answer]:
    """What the network in each of the folders says of images (N, 28, 28); runs where torch is loaded.

    One that cannot answer does not keep the others from it.
    """
    return [_answer(run, images) for run in runs]


def count_votes(probabilities: Sequence[NDArray[np.floating]]) -> list[tuple[int, int]]:
    """The classes that networks with these probabilities (10,) take for the likeliest, with how many do, most first."""
    votes = Counter(int(each.argmax()) for each in probabilities)
    return sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))


def largest_disagreement(probabilities: Sequence[NDArray[np.floating]]) -> Disagreement | None:
    """The two networks whose probabilities (10,) are farthest apart; None of fewer than two."""
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
    except (LabError, OSError) as error:
        return str(error)
