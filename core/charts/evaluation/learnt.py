"""In which epoch training images were learnt, and how often they were forgotten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.dynamics.examples import ExampleDynamics


@dataclass(frozen=True)
class LearntData:
    """Training images by the epoch in which they were first predicted right.

    counts: of the epochs 1, 2, …, up to the last one. never: images that never were.
    forgotten: images that were forgotten once or more.
    """

    counts: tuple[int, ...]
    never: int
    forgotten: int


def learnt_data(dynamics: ExampleDynamics) -> LearntData:
    """The counts of these training dynamics, of images that an epoch has recorded."""
    known = ~np.isnan(dynamics.confidence)
    counts = np.bincount(dynamics.learnt[known], minlength=dynamics.n_epochs + 1)
    never, *learnt = counts.tolist()
    return LearntData(tuple(learnt), never, int((dynamics.forgotten > 0).sum()))
