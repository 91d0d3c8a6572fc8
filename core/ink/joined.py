"""Digits written without lifting the pen: where a stroke may be cut, and the way to cut it that looks most like digits.

A stroke is cut only where it hardly looks like a digit as it is, and each part clearly does. Between two digits the pen
runs along a short link, which is of neither and is left out. Links lie between corners of the stroke, such that what
comes before lies left of what comes after, and both are about as high as the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from core.ink.digit_split import MAX_DIGITS, Group, Judge, split_into_digits
from core.ink.rendering import Stroke, picture_from_strokes

# The first and the last point of a part of a stroke.
Part = tuple[int, int]

# Only what is a digit with less than this probability is cut.
_DOUBTED = 0.2
# Each part is a digit with at least this probability.
_CLEAR = 0.98
# A line's ends are at least this share of its way apart. Lines alone are no number: an N or a U looks like a joined 11.
_LINE = 0.75
# What each digit beyond the first costs a way to cut, in logarithms of probabilities.
_DIGIT_COST = 0.5
# What leaving out a link gains, in logarithms of probabilities for its length. Without it the pen's way to the next
# digit is often kept, as a loop that makes an 8 of a 9.
_LINK_GAIN = 2.0
# The length from which on a link gains no more.
_LINK_ENOUGH = 0.25

# All lengths are in heights of the stroke.
# A corner is at least this far from the straight line between its neighbours.
_CORNER = 0.05
# A link goes to one of so many next corners, since it may be bent.
_LINK_CORNERS = 2
# The greatest length of a link.
_LONGEST_LINK = 1.6
# How far a link may go back to the left.
_BACK = 0.1
# The least height of a digit.
_LOWEST = 0.45
# The greatest width of a digit.
_WIDEST = 1.3
# By how much what comes before a link and what comes after it may overlap in width, since the writing may be slanted.
_OVERLAP = 0.3
# How far apart their middles are at least.
_APART = 0.2
# A further stroke, such as the bar of a 5, is seen with each part that is as near.
_NEAR = 0.1
# Wider strokes are no number.
_WIDEST_NUMBER = 6.0
# A stroke of more points is a scribble, and is not looked at, so that an answer never takes long.
_MOST_POINTS = 2_000
# The same for links.
_MOST_LINKS = 60


@dataclass(frozen=True)
class Pieces:
    """A drawing's strokes, cut where digits were joined.

    strokes: in the drawing's order; the links between joined digits are left out. sources: for each, the index of the
    drawing's stroke that it is of. groups: the indices of each digit's strokes.
    """

    strokes: tuple[Stroke, ...]
    sources: tuple[int, ...]
    groups: tuple[Group, ...]


def separate_digits(strokes: Sequence[Stroke], judge: Judge | None = None) -> Pieces:
    """The digits line by line, those of a line from left to right, with strokes cut that hold several.

    strokes: arrays (n, 2) of points. judge: from pictures to the probability that each is a digit, called up to three
    times; without it no stroke is cut. Raises as `split_into_digits` does.
    """
    groups = split_into_digits(strokes, judge)
    cut = _cut_groups([[strokes[index] for index in group] for group in groups], judge) if judge else {}
    if len(groups) - len(cut) + sum(map(len, cut.values())) > MAX_DIGITS:
        cut = {}
    digits: list[list[tuple[int, Stroke]]] = []
    for place, group in enumerate(groups):
        if place in cut:
            digits += [[(group[index], stroke) for index, stroke in part] for part in cut[place]]
        else:
            digits.append([(index, strokes[index]) for index in group])
    return _number(digits)


def as_one_digit(strokes: Sequence[Stroke]) -> Pieces:
    """All strokes as one digit; no digit where there is no stroke."""
    drawn = tuple(index for index, stroke in enumerate(strokes) if len(stroke))
    return _number([[(index, strokes[index]) for index in drawn]] if drawn else [])


@dataclass(frozen=True)
class JoinedDigits:
    """The ways to cut the widest stroke of what may be several digits."""

    strokes: Sequence[Stroke]

    @cached_property
    def widest(self) -> int:
        """The index of the stroke that is cut."""
        return max(range(len(self.strokes)), key=lambda index: float(np.ptp(self.strokes[index][:, 0])))

    @property
    def points(self) -> Stroke:
        """The stroke that is cut."""
        return self.strokes[self.widest]

    @cached_property
    def height(self) -> float:
        """The height of the stroke that is cut."""
        return float(np.ptp(self.points[:, 1]))

    @cached_property
    def links(self) -> list[Part]:
        """The parts of the stroke that may lead from one digit to the next."""
        points, height = self.points, self.height
        wide = float(np.ptp(points[:, 0]))
        if not 3 < len(points) <= _MOST_POINTS or not 0 < wide <= _WIDEST_NUMBER * height:
            return []
        before, after = _spans(points), _spans(points[::-1])[::-1]
        corners = find_corners(points, _CORNER * height)
        links = [
            (start, end)
            for place, start in enumerate(corners[1:-1], 1)
            for end in corners[place + 1 : min(place + 1 + _LINK_CORNERS, len(corners) - 1)]
            if _may_link(points[end] - points[start], before[start], after[end], height)
        ]
        return links if len(links) <= _MOST_LINKS else []

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of the stroke, between links, that may be digits; the whole stroke is not among them."""
        last = len(self.points) - 1
        starts, ends = sorted({0, *(end for _, end in self.links)}), sorted({last, *(start for start, _ in self.links)})
        return [(i, j) for i in starts for j in ends if i < j and (i, j) != (0, last) and self._may_be_digit(i, j)]

    def drawing(self, part: Part) -> list[Stroke]:
        """What a part looks like, with the further strokes near it."""
        start, end = part
        near = [
            stroke
            for stroke, distances in zip(self._others.values(), self._distances, strict=True)
            if start <= distances.argmin() <= end or distances[start : end + 1].min() < _NEAR * self.height
        ]
        return [self.points[start : end + 1], *near]

    def best(self, shares: Sequence[float]) -> list[Part]:
        """The parts of the best way to cut; none where no way gives digits alone.

        shares: for each of `parts`, the probability that it is a digit.
        """
        digits = {part: share for part, share in zip(self.parts, shares, strict=True) if share >= _CLEAR}
        # By the point at which a way ends, the best one's score and parts.
        ways: dict[int, tuple[float, list[Part]]] = {}
        for (start, end), share in sorted(digits.items()):
            options = [(0.0, list[Part]())] if start == 0 else []
            options += [
                (ways[a][0] - _DIGIT_COST + self._gain(a, b), ways[a][1])
                for a, b in self.links
                if b == start and a in ways
            ]
            if options:
                score, way = max(options, key=lambda option: option[0])
                if end not in ways or score + log(share) > ways[end][0]:
                    ways[end] = score + log(share), [*way, (start, end)]
        way = ways.get(len(self.points) - 1, (0.0, []))[1]
        return [] if all(map(self._is_line, way)) else way

    def cut(self, way: Sequence[Part]) -> list[list[tuple[int, Stroke]]]:
        """Each digit's strokes, with the index of the stroke that each is of."""
        digits = [[(self.widest, self.points[start : end + 1])] for start, end in way]
        for (index, stroke), distances in zip(self._others.items(), self._distances, strict=True):
            nearest = min(range(len(way)), key=lambda place: float(distances[way[place][0] : way[place][1] + 1].min()))
            digits[nearest].append((index, stroke))
        return digits

    @cached_property
    def _others(self) -> dict[int, Stroke]:
        return {index: stroke for index, stroke in enumerate(self.strokes) if index != self.widest}

    @cached_property
    def _distances(self) -> list[NDArray[np.float64]]:
        """For each further stroke, the distance of each point of the widest from it."""
        thinned = [stroke[:: max(1, len(stroke) // 24)] for stroke in self._others.values()]
        return [np.hypot(*(self.points[:, None] - stroke).transpose(2, 0, 1)).min(1) for stroke in thinned]

    def _may_be_digit(self, start: int, end: int) -> bool:
        wide, high = np.ptp(self.points[start : end + 1], axis=0)
        return bool(high >= _LOWEST * self.height and wide <= _WIDEST * self.height)

    def _is_line(self, part: Part) -> bool:
        start, end = part
        chord = float(np.hypot(*(self.points[end] - self.points[start])))
        return chord >= _LINE * self._length(start, end)

    def _gain(self, start: int, end: int) -> float:
        return _LINK_GAIN * min(_LINK_ENOUGH, self._length(start, end) / self.height)

    def _length(self, start: int, end: int) -> float:
        return float(np.hypot(*np.diff(self.points[start : end + 1], axis=0).T).sum())


def find_corners(points: Stroke, tolerance: float) -> list[int]:
    """The points between which a stroke is straight but for the tolerance, in ascending order.

    The algorithm of D. Douglas and T. Peucker ("Algorithms for the reduction of the number of points required to
    represent a digitized line or its caricature", 1973).
    """
    corners, open_ends = {0, len(points) - 1}, [(0, len(points) - 1)]
    while open_ends:
        start, end = open_ends.pop()
        if end - start < 2:
            continue
        chord, offsets = points[end] - points[start], points[start + 1 : end] - points[start]
        along = np.clip(offsets @ chord / max(1e-12, float(chord @ chord)), 0, 1)
        distances = np.hypot(*(offsets - along[:, None] * chord).T)
        if distances.max() > tolerance:
            corner = start + 1 + int(distances.argmax())
            corners.add(corner)
            open_ends += [(start, corner), (corner, end)]
    return sorted(corners)


def _cut_groups(groups: Sequence[Sequence[Stroke]], judge: Judge) -> dict[int, list[list[tuple[int, Stroke]]]]:
    """By the place of a group of strokes that holds several digits, each digit's strokes."""
    joined = {place: JoinedDigits(group) for place, group in enumerate(groups)}
    joined = {place: each for place, each in joined.items() if each.parts}
    whole = _judge([each.strokes for each in joined.values()], judge)
    joined = {place: each for (place, each), share in zip(joined.items(), whole, strict=True) if share < _DOUBTED}
    shares = iter(_judge([each.drawing(part) for each in joined.values() for part in each.parts], judge))
    ways = {place: each.best([next(shares) for _ in each.parts]) for place, each in joined.items()}
    return {place: joined[place].cut(way) for place, way in ways.items() if way}


def _judge(drawings: Sequence[Sequence[Stroke]], judge: Judge) -> list[float]:
    stages = [picture_from_strokes(strokes) for strokes in drawings]
    pictures = [stage.picture for stage in stages if stage]
    return list(map(float, judge(np.stack(pictures)))) if pictures else []


def _number(digits: Sequence[Sequence[tuple[int, Stroke]]]) -> Pieces:
    """Digits, each as strokes with the index of the drawing's stroke they are of, as pieces in the drawing's order."""
    pieces = [(source, place, stroke) for place, digit in enumerate(digits) for source, stroke in digit]
    pieces.sort(key=lambda piece: piece[:2])
    groups = [tuple(i for i, (_, owner, _) in enumerate(pieces) if owner == place) for place in range(len(digits))]
    return Pieces(tuple(stroke for *_, stroke in pieces), tuple(source for source, *_ in pieces), tuple(groups))


def _spans(points: Stroke) -> NDArray[np.float64]:
    """For each point the left, top, right and bottom end of the stroke up to it, (n, 4)."""
    low, high = np.minimum.accumulate(points), np.maximum.accumulate(points)
    return np.column_stack([low, high])


def _may_link(way: Stroke, before: NDArray[np.float64], after: NDArray[np.float64], height: float) -> bool:
    """Whether a straight way may lead from a digit before it to one after it; both have their ends as `_spans` has."""
    if min(before[3] - before[1], after[3] - after[1]) < _LOWEST * height:
        return False
    if np.hypot(*way) > _LONGEST_LINK * height or way[0] < -_BACK * height:
        return False
    apart = (after[0] + after[2] - before[0] - before[2]) / 2
    return bool(before[2] - after[0] <= _OVERLAP * height and apart >= _APART * height)
