"""The data map: training images by how surely a network predicted their true class, and how much that varied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.dynamics.examples import AMBIGUOUS, EASY, HARD, ExampleDynamics

# Points that a browser draws and brushes fluently.
MOST_POINTS = 8_000
REGIONS = (EASY, AMBIGUOUS, HARD)


@dataclass(frozen=True)
class DataMap:
    """The points of the map by region, in the order of `REGIONS`.

    index: the images (N,) drawn. variability, confidence: where (N,).
    count: images that have a place on the map, of which `shown` are drawn.
    """

    index: tuple[NDArray[np.int64], ...]
    variability: tuple[NDArray[np.float32], ...]
    confidence: tuple[NDArray[np.float32], ...]
    count: int

    @property
    def shown(self) -> int:
        """Images drawn."""
        return sum(map(len, self.index))


@dataclass(frozen=True)
class Brush:
    """A part of the map that was brushed: a box given by two corners, or a lasso by three or more."""

    variability: tuple[float, ...]
    confidence: tuple[float, ...]

    def covers(self, dynamics: ExampleDynamics) -> NDArray[np.bool_]:
        """Which images (N,) lie in it, whether or not they are drawn."""
        x, y = dynamics.variability, dynamics.confidence
        if len(self.variability) == 2:
            return _between(x, self.variability) & _between(y, self.confidence)
        return _inside(x, y, self.variability, self.confidence)


def data_map_data(dynamics: ExampleDynamics, most: int = MOST_POINTS) -> DataMap:
    """The map of training dynamics with `most` points at most.

    Small regions are drawn whole. Of larger ones a random part is, the same at each call.
    """
    region = dynamics.region
    groups = [np.flatnonzero(region == which) for which in REGIONS]
    count, random = sum(map(len, groups)), np.random.default_rng(0)
    left = most
    for n_left, which in enumerate(sorted(REGIONS, key=lambda which: len(groups[which])), start=-len(REGIONS)):
        room = left // -n_left
        if len(groups[which]) > room:
            groups[which] = np.sort(random.choice(groups[which], room, replace=False))
        left -= len(groups[which])
    variability, confidence = (
        tuple(values[group] for group in groups) for values in (dynamics.variability, dynamics.confidence)
    )
    return DataMap(tuple(groups), variability, confidence, count)


def _between(values: NDArray[np.float32], ends: Sequence[float]) -> NDArray[np.bool_]:
    return np.asarray((values >= min(ends)) & (values <= max(ends)))


def _inside(
    x: NDArray[np.float32], y: NDArray[np.float32], corners_x: Sequence[float], corners_y: Sequence[float]
) -> NDArray[np.bool_]:
    """Which points lie in a polygon: those whose ray to the right crosses its edges an odd number of times."""
    inside = np.zeros(len(x), np.bool_)
    corners = list(zip(corners_x, corners_y, strict=True))
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        inside ^= crosses & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return inside
