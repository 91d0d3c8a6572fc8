"""Digits that touch each other: where a piece of ink may be cut, and the way to cut it that looks most like digits.

A cut is a path from top to bottom that crosses as little ink as it can and strays little from straight ("seam", as in
S. Avidan and A. Shamir, "Seam carving for content-aware image resizing", 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.ink.foreground import Mask
from core.photo.parts import Piece, cut_out

# Pixels of the height of the small copy in which cuts are searched.
_ROWS = 40
# What a step to the side costs a cut; to cross a pixel of ink costs 1.
_SIDEWAYS = 0.2
# Heights of the piece. Cuts are at least this far from each other and from the piece's sides.
_APART = 0.14
# The most cuts that are tried for each height of the piece in its width. All stretches between any two are looked at.
_CUTS_PER_HEIGHT = 5.0
# Heights of the piece. A digit is no wider.
_WIDEST = 1.5
# Share of the piece's ink. A smaller stretch is no digit.
_LEAST_INK = 0.06
# What each digit beyond the first costs a way to cut, in the logarithm of probabilities.
_DIGIT_COST = 0.5
# The least probability of being a digit. It bounds what a single picture can decide.
_LEAST_PROBABILITY = 0.002
# A piece that is a digit with at least this probability is never cut: no two digits could score higher.
MOST_TO_CUT = exp(-_DIGIT_COST)


@dataclass(frozen=True)
class Cuts:
    """The ways to cut a piece.

    paths: for each cut, from left to right, its column in each row, (k, rows).
    """

    piece: Piece
    paths: NDArray[np.int64]

    @cached_property
    def stretches(self) -> dict[tuple[int, int], Piece]:
        """The ink between each two cuts that may be a digit, by the numbers of the cuts.

        The piece's left side is cut 0, its right side the last. The whole piece is not among them.
        """
        piece, last = self.piece, len(self.paths) + 1
        columns = np.arange(piece.width)
        right_of = [columns >= path[:, None] for path in self.paths]
        right_of = [np.ones_like(piece.ink), *right_of, np.zeros_like(piece.ink)]
        found = {}
        for start in range(last):
            for end in range(start + 1, last + 1):
                chosen = right_of[start] & ~right_of[end]
                is_enough = (piece.ink & chosen).sum() >= _LEAST_INK * piece.ink.sum()
                if is_enough and (start, end) != (0, last):
                    stretch = cut_out(piece, chosen)
                    if stretch.width <= _WIDEST * piece.height:
                        found[start, end] = stretch
        return found

    def best(self, whole: float, shares: Sequence[float]) -> list[Piece]:
        """The digits of the best way to cut, or the whole piece.

        whole, shares: the probability of being a digit, of the piece and of each of the stretches.
        """
        last = len(self.paths) + 1
        logs = {ends: log(max(_LEAST_PROBABILITY, share)) for ends, share in zip(self.stretches, shares, strict=True)}
        # For each cut, the score of the best way to it and the stretches on that way.
        ways: dict[int, tuple[float, list[tuple[int, int]]]] = {0: (0.0, [])}
        for end in range(1, last + 1):
            options = [
                (ways[start][0] + logs[start, end] - _DIGIT_COST, [*ways[start][1], (start, end)])
                for start in range(end)
                if start in ways and (start, end) in logs
            ]
            if options:
                ways[end] = max(options, key=lambda option: option[0])
        score, way = ways.get(last, (-np.inf, []))
        if score + _DIGIT_COST <= log(max(_LEAST_PROBABILITY, whole)):
            return [self.piece]
        return [self.stretches[ends] for ends in way]


def find_cuts(piece: Piece) -> Cuts:
    """The cuts that cross the least ink, not too near to each other."""
    small = _shrink(piece.ink)
    costs, paths = _seams(small)
    apart = max(1, round(_APART * len(small)))
    inside = np.arange(apart, small.shape[1] - apart)
    most = round(_CUTS_PER_HEIGHT * piece.width / piece.height)
    chosen: list[int] = []
    for column in inside[np.argsort(costs[inside], kind="stable")] if len(inside) else []:
        if len(chosen) < most and all(abs(column - other) >= apart for other in chosen):
            chosen.append(int(column))
    rows = np.arange(piece.height) * len(small) // piece.height
    scale = piece.width / small.shape[1]
    # The pixel that holds the middle of the small one.
    full = [np.floor((paths[column] + 0.5) * scale).astype(np.int64)[rows] for column in sorted(chosen)]
    return Cuts(piece, np.array(full, np.int64).reshape(len(full), piece.height))


def _shrink(ink: Mask) -> Mask:
    height, width = ink.shape
    rows = min(_ROWS, height)
    size = max(1, round(width * rows / height)), rows
    image = Image.fromarray(ink.astype(np.uint8) * np.uint8(255))
    return np.asarray(image.resize(size, Image.Resampling.BOX)) > 127


def _seams(ink: Mask) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For each column, the cheapest cut through it at half the height: its cost (width,) and path (width, rows)."""
    middle = len(ink) // 2
    up, up_moves = _half_seams(ink[: middle + 1][::-1])
    down, down_moves = _half_seams(ink[middle:])
    columns = np.arange(ink.shape[1])
    upper, lower = _follow(columns, up_moves), _follow(columns, down_moves)
    # The middle row counts in both halves.
    return up + down - ink[middle], np.concatenate([upper[:, :0:-1], lower], 1)


def _half_seams(ink: Mask) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """From each column of the first row, the cost of the cheapest way to the last (width,), and each row's moves."""
    cost = ink[-1].astype(np.float64)
    moves = np.zeros((len(ink) - 1, ink.shape[1]), np.int64)
    for row in range(len(ink) - 2, -1, -1):
        padded = np.pad(cost, 1, constant_values=np.inf)
        ways = np.stack([padded[1:-1], padded[:-2] + _SIDEWAYS, padded[2:] + _SIDEWAYS])
        best = ways.argmin(0)
        moves[row] = np.array([0, -1, 1])[best]
        cost = ink[row] + ways.min(0)
    return cost, moves


def _follow(columns: NDArray[np.int64], moves: NDArray[np.int64]) -> NDArray[np.int64]:
    """The columns in each row, (width, rows), of the ways that begin in these columns."""
    path = [columns]
    for row in moves:
        path.append(path[-1] + row[path[-1]])
    return np.stack(path, 1)
