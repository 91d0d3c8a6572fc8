"""The connected parts of an ink mask, found by its runs: stretches of ink within a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.ink.line_width import Mask

_Places = NDArray[np.int64]


@dataclass(frozen=True)
class Blobs:
    """Connected parts of a mask; pixels that touch at a corner are connected.

    boxes: left, top, right, bottom of each, (n, 4). areas: in pixels, (n,).
    shape: height and width of the mask. starts, ends: of each run, counted along rows of width + 1 pixels.
    owners: which part each run belongs to.
    """

    boxes: _Places
    areas: _Places
    shape: tuple[int, int]
    starts: _Places
    ends: _Places
    owners: _Places

    def mask(self, chosen: Mask) -> Mask:
        """A mask with those parts alone for which `chosen`, (n,), is true."""
        height, width = self.shape
        runs = chosen[self.owners]
        steps = np.zeros(height * (width + 1) + 1, np.int8)
        steps[self.starts[runs]] = 1
        steps[self.ends[runs]] = -1
        return np.asarray(np.cumsum(steps[:-1], dtype=np.int8).reshape(height, width + 1)[:, :-1] > 0)

    def peaks(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """The greatest of the values, (height, width), in each part, (n,)."""
        padded = np.pad(values, ((0, 0), (0, 1))).ravel()
        peaks = np.full(len(self.areas), -np.inf)
        if len(self.starts):
            # Every second stretch is a run, the others lie between runs.
            stretches = np.maximum.reduceat(padded, np.stack([self.starts, self.ends], 1).ravel())
            np.maximum.at(peaks, self.owners, stretches[::2])
        return peaks


def find_blobs(mask: Mask) -> Blobs:
    """The connected parts of a mask (height, width), in the order of their first runs."""
    height, width = mask.shape
    # A column of paper between the rows, so that no run goes on in the next row.
    flat = np.pad(mask, ((0, 0), (0, 1))).ravel()
    edges = np.flatnonzero(np.diff(flat, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    owners = _join(starts, ends, width + 1)
    rows, first = np.divmod(starts, width + 1)
    last = ends - rows * (width + 1)
    count = int(owners.max(initial=-1)) + 1
    areas = np.bincount(owners, ends - starts, count).astype(np.int64)
    low = [_least(values, owners, count) for values in (first, rows)]
    high = [-_least(-values, owners, count) for values in (last, rows + 1)]
    return Blobs(np.stack([*low, *high], 1), areas, (height, width), starts, ends, owners)


def _join(starts: _Places, ends: _Places, row: int) -> _Places:
    """Which part each run belongs to: runs of neighbouring rows that touch belong together."""
    first = np.searchsorted(ends, starts + row, "left")
    counts = np.searchsorted(starts, ends + row, "right") - first
    one = np.repeat(np.arange(len(starts)), counts)
    other = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts) + first[one]
    heads = np.arange(len(starts))
    while (apart := heads[one] != heads[other]).any():
        pair = np.sort([heads[one[apart]], heads[other[apart]]], 0)
        np.minimum.at(heads, pair[1], pair[0])
        while (heads != heads[heads]).any():
            heads = heads[heads]
    return np.unique(heads, return_inverse=True)[1]


def _least(values: _Places, owners: _Places, count: int) -> _Places:
    least = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(least, owners, values)
    return least
