"""From the ink in a photograph to its numbers: the digits line by line, each with its box.

Connected pieces of ink are sorted into lines (`core.ink.lines`), pieces of one digit are joined as strokes on the
canvas are (`core.ink.digit_split`), and pieces that look like several digits are cut (`core.photo.touching`). Where
positions leave a doubt, a network judges what looks most like digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.ink.bitmap import picture_from_ink
from core.ink.digit_split import NEVER, Group, Judge, best_split
from core.ink.foreground import Mask
from core.ink.line_width import line_width
from core.ink.lines import box_gaps, split_into_lines, writing_height
from core.ink.stroke_links import FAR, log_odds, position_features
from core.photo.parts import Piece, connected_pieces, join_pieces, nearest_distance, piece_boxes
from core.photo.touching import Cuts, find_cuts

MAX_PIECES = 400
MAX_DIGITS = 100

# Shares of the height of the writing. What is lower, and not joined to a digit, is a dash, a dot or a speck.
_LOWEST = 0.4
# A piece lower than this is probably no digit.
_FLAT = 0.4
# Width by height. A wider piece is looked at for several digits.
_WIDE = 0.6
# The most pieces that are looked at for several digits.
_MOST_CUT = 30
# Heights of the writing, and times the usual gap in the line. A gap wider than both is between two numbers.
_NUMBER_GAP, _NUMBER_GAP_BY_USUAL = 1.2, 2.5


@dataclass(frozen=True)
class FoundDigit:
    """A digit's ink in a photograph, and where it stands: the index of its line, and of its number in all lines."""

    piece: Piece
    line: int
    number: int


def find_digits(mask: Mask, judge: Judge | None = None) -> list[FoundDigit]:
    """The digits in the ink of a photograph (height, width), line by line from left to right.

    judge: from pictures (N, 28, 28) to the probability that each is one digit; it is called twice at most. Without it
    positions alone decide, and nothing is cut. Raises PhotoError where there is too much for numbers, and what
    `judge` raises.
    """
    pieces = connected_pieces(mask)
    if len(pieces) > MAX_PIECES:
        raise _too_many(len(pieces), MAX_PIECES)
    digits = _join(pieces, judge) if pieces else []
    if judge and digits:
        digits = _cut(digits, judge)
    if len(digits) > MAX_DIGITS:
        raise _too_many(len(digits), MAX_DIGITS)
    return _arrange(digits)


def _too_many(count: int, limit: int) -> PhotoError:
    return PhotoError("The picture has {count:,} pieces of ink; at most {limit} are read.", count=count, limit=limit)


def _join(pieces: Sequence[Piece], judge: Judge | None) -> list[Piece]:
    """The pieces, joined where they are of one digit, without what is too low for a digit."""
    boxes = piece_boxes(pieces)
    odds = np.full((len(pieces), len(pieces)), NEVER)
    for line in split_into_lines(boxes):
        odds[np.ix_(line, line)] = _same_digit_log_odds([pieces[index] for index in line])
    height = writing_height(boxes)

    def joined(group: Group) -> Piece:
        return join_pieces([pieces[index] for index in group])

    def look(groups: object) -> dict[Group, float]:
        ordered: list[Group] = sorted(groups)  # type: ignore[call-overload]
        if judge is None or not ordered:
            return dict.fromkeys(ordered, 1.0)
        return dict(zip(ordered, judge_pieces([joined(group) for group in ordered], judge), strict=True))

    groups = best_split(odds, look, lambda groups: {each for each in groups if joined(each).height < _FLAT * height})
    digits = [joined(group) for group in groups]
    return [digit for digit in digits if digit.size >= _LOWEST * writing_height(piece_boxes(digits))]


def _same_digit_log_odds(pieces: Sequence[Piece]) -> NDArray[np.float64]:
    """The log-odds (n, n) that two pieces of ink in one line are of one digit."""
    boxes = piece_boxes(pieces)
    height = writing_height(boxes)
    pen = np.array([line_width(piece.ink) for piece in pieces])
    # Positions are those of the pen's way, which runs in the middle of the ink.
    low, high = boxes[:, :2] + pen[:, None] / 2, boxes[:, 2:] - pen[:, None] / 2
    high = np.maximum(low, high)
    distances = np.full((len(pieces), len(pieces)), FAR * height)
    near = np.argwhere(np.triu(box_gaps(boxes[:, None], boxes).max(-1) < FAR * height, 1))
    for one, other in near:
        between = nearest_distance(pieces[one], pieces[other]) + (pen[one] + pen[other]) / 2
        distances[one, other] = distances[other, one] = between
    return log_odds(position_features(low / height, high / height, distances / height))


def judge_pieces(pieces: Sequence[Piece], judge: Judge) -> list[float]:
    """The probability that each piece is one digit."""
    stages = [picture_from_ink(piece.ink) for piece in pieces]
    shares: list[float] = judge(np.stack([stage.picture for stage in stages if stage])).tolist()
    return shares


def _cut(digits: Sequence[Piece], judge: Judge) -> list[Piece]:
    """The digits, those that look like several cut into these."""
    wide = [digit for digit in digits if digit.width > _WIDE * digit.height]
    cuts: list[Cuts] = [find_cuts(digit) for digit in wide[:_MOST_CUT]]
    asked = [piece for each in cuts for piece in (each.piece, *each.stretches.values())]
    if not asked:
        return list(digits)
    shares = judge_pieces(asked, judge)
    found: dict[int, list[Piece]] = {}
    start = 0
    for each in cuts:
        end = start + 1 + len(each.stretches)
        found[id(each.piece)] = each.best(shares[start], shares[start + 1 : end])
        start = end
    return [piece for digit in digits for piece in found.get(id(digit), [digit])]


def _arrange(digits: Sequence[Piece]) -> list[FoundDigit]:
    """The digits line by line, with the numbers they belong to."""
    boxes = piece_boxes(digits)
    arranged: list[FoundDigit] = []
    number = -1
    for line, members in enumerate(split_into_lines(boxes)):
        number += 1
        gaps = boxes[members[1:], 0] - boxes[members[:-1], 2]
        limit = _NUMBER_GAP * writing_height(boxes)
        if len(gaps) > 1:
            limit = max(limit, _NUMBER_GAP_BY_USUAL * float(np.median(gaps)))
        for place, index in enumerate(members):
            number += bool(place and gaps[place - 1] > limit)
            arranged.append(FoundDigit(digits[index], line, number))
    return arranged
