"""From the ink in a photograph to its numbers: the digits line by line, each with its box.

Connected pieces of ink are sorted into lines (`core.ink.lines`), pieces of one digit are joined as strokes on the
canvas are (`core.ink.digit_split`), and pieces that look like several digits are cut (`core.photo.touching`). Where
positions leave a doubt, a network judges what looks most like digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

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
from core.photo.touching import MOST_TO_CUT, find_cuts

MAX_DIGITS = 100

# The most pieces of ink that are looked at, the largest first.
_MOST_PIECES = 400
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

    judge: from pictures (N, 28, 28) to the probability that each is one digit; it is called three times at most.
    Without it positions alone decide, and nothing is cut. Raises PhotoError where there is too much for numbers, and
    what `judge` raises.
    """
    pieces = connected_pieces(mask)
    if len(pieces) > _MOST_PIECES:
        pieces = sorted(pieces, key=lambda piece: -piece.size)[:_MOST_PIECES]
    digits = _join(pieces, judge) if pieces else []
    if judge and digits:
        digits = _cut(digits, judge)
    if len(digits) > MAX_DIGITS:
        raise PhotoError(
            "The picture has {count:,} things that may be digits; at most {limit} are read.",
            count=len(digits),
            limit=MAX_DIGITS,
        )
    return _arrange(digits)


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
    wide = [place for place, digit in enumerate(digits) if digit.width > _WIDE * digit.height]
    shares = dict(zip(wide, _judge_all([digits[place] for place in wide], judge), strict=True))
    # Only of these a way to cut can score higher than the whole.
    doubtful = [place for place in wide if shares[place] < MOST_TO_CUT][:_MOST_CUT]
    cuts = {place: find_cuts(digits[place]) for place in doubtful}
    answers = iter(_judge_all([piece for each in cuts.values() for piece in each.stretches.values()], judge))
    found = {
        place: each.best(shares[place], list(islice(answers, len(each.stretches)))) for place, each in cuts.items()
    }
    return [piece for place, digit in enumerate(digits) for piece in found.get(place, [digit])]


def _judge_all(pieces: Sequence[Piece], judge: Judge) -> list[float]:
    return judge_pieces(pieces, judge) if pieces else []


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
