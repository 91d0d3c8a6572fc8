"""Prediction sets that hold the true class as often as promised, whatever the network (split conformal prediction).

Every class that is at least as likely as a threshold is in the set; the threshold is such that of images not trained
on so many have their true class above it (M. Sadinle et al. 2019, arXiv:1609.00451). Of the usual rules it gives the
smallest sets, and it can be said in one sentence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.learners.base import Probabilities

# The true class is in the set of so many pictures, at least.
LEVEL = 0.99
# A network that is right more often than promised would never need to name two classes. One as likely as this is
# named all the same: the promise only holds the more, and whoever is torn says so.
_NAMED = 0.05


def conformal_threshold(own: NDArray[np.floating], level: float = LEVEL) -> float | None:
    """The probability that a new image's true class reaches with probability `level` at least.

    own: probabilities (N,) of the true classes of N images. It is the ⌊(N + 1) · (1 − level)⌋-th smallest of them,
    or 0.05 where that is smaller; None where N is too small for there to be one.
    """
    rank = int((len(own) + 1) * (1 - level) + 1e-9)
    return min(float(np.sort(own)[rank - 1]), _NAMED) if rank else None


def prediction_sets(probabilities: Probabilities, threshold: float) -> list[tuple[int, ...]]:
    """For each row (C,) the classes in the set, the likeliest first; that one always."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sizes = np.maximum(1, (probabilities >= threshold).sum(1))
    return [tuple(map(int, row[:size])) for row, size in zip(order, sizes, strict=True)]
