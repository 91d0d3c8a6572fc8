"""Which groups of test images a network is wrong on more often than on the rest, by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.intervals import Interval, wilson_interval
from core.slices.groups import Slice

# The share of the listed groups that may be listed by chance, on average.
FALSE_DISCOVERY_RATE = 0.05


@dataclass(frozen=True)
class ErrorRate:
    """Mistakes on `n` images, and the 95 % interval of their share."""

    wrong: int
    n: int
    interval: Interval

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.wrong / self.n if self.n else 0.0


@dataclass(frozen=True)
class WeakSlice:
    """A group with more mistakes than chance explains.

    inside, outside: the error on its images and on the rest, see `Slice.among`.
    p_value: of Fisher's exact test, one-sided. adjusted: the same, corrected for the number of groups tried.
    """

    slice: Slice
    inside: ErrorRate
    outside: ErrorRate
    p_value: float
    adjusted: float


def find_weak_slices(is_wrong: NDArray[np.bool_], slices: Sequence[Slice]) -> list[WeakSlice]:
    """The groups of which mistakes (N,) are more frequent than on the rest, the surest first.

    Each is tested by Fisher's exact test: the probability that as many of the mistakes fall into a group of its size
    by chance. Of hundreds of groups some are bad by chance, so the p values are corrected by Benjamini and Hochberg's
    method ("Controlling the false discovery rate", 1995): of the groups that are listed, 5 % at most are there by
    chance, on average. It finds more than Holm's method, by which not a single one may be there by chance; this list
    is for looking closer, so a few that are too many do no harm.
    """
    if not slices:
        return []
    # See `core.metrics.intervals`.
    from scipy.stats import false_discovery_control, hypergeom

    sizes, wrong = np.array([_count(is_wrong, group.index) for group in slices]).T
    all_sizes, all_wrong = np.array([_count(is_wrong, group.among) for group in slices]).T
    p_values = hypergeom.sf(wrong - 1, all_sizes, all_wrong, sizes)
    adjusted = false_discovery_control(p_values, method="bh")
    listed = np.flatnonzero(adjusted <= FALSE_DISCOVERY_RATE)
    return [
        WeakSlice(
            slices[place],
            _rate(int(wrong[place]), int(sizes[place])),
            _rate(int(all_wrong[place] - wrong[place]), int(all_sizes[place] - sizes[place])),
            float(p_values[place]),
            float(adjusted[place]),
        )
        for place in listed[np.argsort(p_values[listed], kind="stable")]
    ]


def _count(is_wrong: NDArray[np.bool_], index: NDArray[np.int64]) -> tuple[int, int]:
    """How many images these are, and how many mistakes are among them."""
    return len(index), int(is_wrong[index].sum())


def _rate(wrong: int, n: int) -> ErrorRate:
    return ErrorRate(wrong, n, wilson_interval(wrong, n))
