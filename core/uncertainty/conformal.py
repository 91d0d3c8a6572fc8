"""Split conformal prediction: sets of classes that hold the true class with a chosen coverage.

A set holds every class whose probability reaches a threshold. The threshold is a quantile of the probabilities that
the true classes of hold-out images got, so for images of the same kind the coverage holds whatever the network
(M. Sadinle et al. 2019, arXiv:1609.00451). Of the usual rules this one gives the smallest sets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.learners.base import Probabilities

# Coverage: the share of images whose set holds the true class.
LEVEL = 0.99
# Largest threshold. An accurate network would reach the coverage with one class per set, even where it is torn between
# two. With this limit every class of 5 % or more is in the set, which can only raise the coverage.
_LARGEST_THRESHOLD = 0.05


def conformal_threshold(own: NDArray[np.floating], level: float = LEVEL) -> float | None:
    """The threshold that the probability of a new image's true class reaches in a share `level` of cases.

    own: probabilities (N,) of the true classes of N hold-out images. The threshold is the
    ⌊(N + 1) · (1 − level)⌋-th smallest of them, but at most 0.05; None where N is too small.
    """
    rank = int((len(own) + 1) * (1 - level) + 1e-9)
    return min(float(np.sort(own)[rank - 1]), _LARGEST_THRESHOLD) if rank else None


def prediction_sets(probabilities: Probabilities, threshold: float) -> list[tuple[int, ...]]:
    """For each row (C,) the classes in its set, the most likely first. The most likely class is always in it."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sizes = np.maximum(1, (probabilities >= threshold).sum(1))
    return [tuple(map(int, row[:size])) for row, size in zip(order, sizes, strict=True)]
