"""Numbers put together from single digits written with a pen, as a hand would write them in one line on the canvas.

In joined numbers the pen is not lifted between the digits: the longest stroke of each leads on to that of the next.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.ink.rendering import Stroke
from tools.pen.pen_digits import CANVAS, PenDigit, group_by_writer, on_canvas

# Canvas pixels.
_MARGIN = 8.0
_HEIGHTS = (60.0, 130.0)
_SINGLE = 200.0
_GAPS = (4.0, 45.0)
_TIGHT_GAPS = (4.0, 10.0)
_TIGHT_SHARE = 0.3
# Of a digit's height: how much digits differ in it, and stray from the line (as a standard deviation).
_SIZES = (0.8, 1.2)
_WOBBLE = 0.05
# What a whole number is slanted (in shifts to the right for a step up) and turned (in degrees).
_SLANTS = (-0.1, 0.3)
_UPRIGHT_SHARE = 0.3
_TURN = 4.0
# Between joined digits, in heights of the number: the widest gap, and how far a link bends, as a share of its length.
_JOINED_GAP = 0.3
_BEND = 0.15
# Canvas pixels between a link's points.
_PEN_STEP = 3.0
# Of several strokes only these are joined: their further stroke is a bar, which a hand adds at the end.
_WITH_BAR = (5, 7)


@dataclass(frozen=True)
class Number:
    """A number's digits, its strokes in canvas pixels, and for each stroke the place of its digit in the number."""

    labels: tuple[int, ...]
    strokes: tuple[Stroke, ...]
    owners: tuple[int, ...]

    @property
    def groups(self) -> set[tuple[int, ...]]:
        """The numbers of each digit's strokes."""
        places = range(len(self.labels))
        return {tuple(index for index, owner in enumerate(self.owners) if owner == place) for place in places}


def compose_numbers(
    digits: Sequence[PenDigit], count: int, seed: int, lengths: Sequence[int], careless: float = 0.0
) -> Iterator[Number]:
    """Numbers of so many digits, each number by one writer; lengths, writers and digits are drawn by chance.

    careless: how far each further stroke of a digit is put from its place, as a share of the digit's size (a standard
    deviation), since a mouse is less exact than a pen.
    """
    random = np.random.default_rng(seed)
    by_writer = group_by_writer(digits)
    writers = list(by_writer)
    for _ in range(count):
        pool = by_writer[writers[random.integers(len(writers))]]
        length = random.choice(lengths)
        chosen = [pool[random.integers(len(pool))] for _ in range(length)]
        yield compose([_displaced(digit, careless, random) for digit in chosen], random)


def compose(digits: Sequence[PenDigit], random: np.random.Generator) -> Number:
    """These digits side by side, made to fit the canvas in width."""
    height = random.uniform(*_HEIGHTS)
    sized = [_sized(digit, height * random.uniform(*_SIZES)) for digit in digits]
    gaps = _draw_gaps(len(digits) - 1, random)
    widths = np.array([np.concatenate(strokes)[:, 0].max() for strokes in sized])
    # Only the digits shrink when room is short, as with a hand that keeps its letters apart.
    scale = min(1.0, (CANVAS - 2 * _MARGIN - gaps.sum()) / max(1.0, widths.sum()))
    lefts = np.concatenate([[0.0], np.cumsum(widths[:-1] * scale + gaps)])
    wobbles = random.normal(0, _WOBBLE, len(digits)) * height * scale
    strokes = [
        stroke * scale + (left, wobble)
        for placed, left, wobble in zip(sized, lefts, wobbles, strict=True)
        for stroke in placed
    ]
    owners = [place for place, digit in enumerate(digits) for _ in digit.strokes]
    return Number(tuple(digit.label for digit in digits), tuple(_slanted(strokes, random)), tuple(owners))


def compose_joined(digits: Sequence[PenDigit], count: int, seed: int, length: int) -> Iterator[Number]:
    """Numbers of so many digits each, by one writer, whose digits are joined to one stroke; bars follow at the end.

    Digits of several strokes other than 5 and 7 are left out. Of each number, the joined stroke is the first, and
    `owners` says only whose the bars are.
    """
    random = np.random.default_rng(seed)
    by_writer = group_by_writer(digit for digit in digits if len(digit.strokes) == 1 or digit.label in _WITH_BAR)
    writers = list(by_writer)
    for _ in range(count):
        pool = by_writer[writers[random.integers(len(writers))]]
        yield _join([pool[random.integers(len(pool))] for _ in range(length)], random)


def _join(digits: Sequence[PenDigit], random: np.random.Generator) -> Number:
    height = random.uniform(*_HEIGHTS)
    left, way, bars, owners = 0.0, list[Stroke](), list[Stroke](), [0]
    for place, digit in enumerate(digits):
        sized = _sized(digit, height * random.uniform(*_SIZES))
        right = float(np.concatenate(sized)[:, 0].max())
        move = np.array([left, random.normal(0, _WOBBLE) * height])
        placed = [stroke + move for stroke in sized]
        main = placed.pop(max(range(len(placed)), key=lambda index: _length(placed[index])))
        way += [_link(way[-1][-1], main[0], random), main] if way else [main]
        bars, owners = [*bars, *placed], [*owners, *[place] * len(placed)]
        left += right + random.uniform(0, _JOINED_GAP) * height
    strokes = _slanted([np.concatenate(way), *bars], random)
    scale = min(1.0, (CANVAS - 2 * _MARGIN) / float(np.ptp(np.concatenate(strokes)[:, 0])))
    return Number(tuple(digit.label for digit in digits), tuple(stroke * scale for stroke in strokes), tuple(owners))


def _link(start: Stroke, end: Stroke, random: np.random.Generator) -> Stroke:
    """The points of a slightly bent line from one point to another, without these."""
    way = end - start
    middle = (start + end) / 2 + np.array([-way[1], way[0]]) * random.uniform(-_BEND, _BEND)
    steps = max(2, int(np.hypot(*way) / _PEN_STEP))
    share = np.linspace(0, 1, steps + 1)[1:-1, None]
    return np.asarray((1 - share) ** 2 * start + 2 * share * (1 - share) * middle + share**2 * end)


def _length(stroke: Stroke) -> float:
    return float(np.hypot(*np.diff(stroke, axis=0).T).sum())


def single(digit: PenDigit, careless: float, random: np.random.Generator) -> Number:
    """A digit alone, in the middle of the canvas."""
    strokes = on_canvas(_displaced(digit, careless, random).strokes, _SINGLE)
    return Number((digit.label,), tuple(strokes), (0,) * len(strokes))


def _displaced(digit: PenDigit, careless: float, random: np.random.Generator) -> PenDigit:
    first, *others = digit.strokes
    size = np.ptp(np.concatenate(digit.strokes), axis=0).max()
    moves = random.normal(0, careless * size, (len(others), 2))
    return replace(digit, strokes=(first, *(stroke + move for stroke, move in zip(others, moves, strict=True))))


def _sized(digit: PenDigit, height: float) -> list[Stroke]:
    """The digit's strokes with its left end at 0 and its foot at 0; a flat one is not blown up."""
    points = np.concatenate(digit.strokes)
    low, high = points.min(0), points.max(0)
    wide, tall = high - low
    scale = height / max(1.0, tall, wide / 2)
    return [(stroke - (low[0], high[1])) * scale for stroke in digit.strokes]


def _draw_gaps(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    if random.random() < _TIGHT_SHARE:
        return random.uniform(*_TIGHT_GAPS, count)
    narrowest, widest = _GAPS
    # Evenly by their logarithms, so that narrow gaps are as frequent as wide ones.
    return np.asarray(narrowest * (widest / narrowest) ** random.random(count))


def _slanted(strokes: Sequence[Stroke], random: np.random.Generator) -> list[Stroke]:
    """Slanted and turned as a whole, and moved to the canvas' upper left."""
    slant = 0.0 if random.random() < _UPRIGHT_SHARE else random.uniform(*_SLANTS)
    turn = math.radians(random.uniform(-_TURN, _TURN))
    shear = np.array([[1, 0], [-slant, 1]])
    rotation = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    turned = [stroke @ shear @ rotation for stroke in strokes]
    low = np.concatenate(turned).min(0)
    return [stroke - low + _MARGIN for stroke in turned]
