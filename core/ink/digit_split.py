"""From the strokes of a number to its digits: which strokes belong together.

The strokes' positions nearly always decide (`core.ink.stroke_links`). Where they leave a doubt, a network judges each
way to join the strokes in question, and the way that looks most like digits is taken. Lines come first
(`core.ink.lines`): strokes of different lines are never joined.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import combinations, compress, product
from math import log

import numpy as np
from numpy.typing import NDArray

from core.errors import DrawingError
from core.ink.lines import split_into_lines
from core.ink.rendering import Picture, Stroke, picture_from_strokes
from core.ink.stroke_links import same_digit_log_odds, writing_height

# The indices of one digit's strokes, in ascending order.
Group = tuple[int, ...]
# One way to split strokes into digits.
Split = tuple[Group, ...]
# From pictures (N, 28, 28) to the probability that each is one digit, (N,).
Judge = Callable[[Picture], NDArray[np.floating]]

# Log-odds of strokes in different lines.
NEVER = -99.0

MAX_STROKES = 40
MAX_DIGITS = 10

# Log-odds beyond which the strokes' positions alone decide: above it two strokes are joined, below its negative they
# are not. With 4.0 instead, the network is asked half as often, but twice as many digits of several carelessly placed
# strokes come apart.
_CERTAIN_LOG_ODDS = 6.0
# The most doubtful links in one connected set of strokes, left to the network. Each further one would double the
# number of pictures; positions decide the others.
_MAX_DOUBTS = 5
# Weights of the values of `split_features`, fitted by `python -m tools.fit_digit_split`.
_WEIGHTS = (0.65, 4.96, -1.43, -2.15)
# Share of the writing's height. A group of strokes that is lower is probably no digit.
_FLAT = 0.4
# The least probability of being a digit that a judge can give a picture. It bounds what a single picture can decide.
_LEAST_PROBABILITY = 0.02


def split_into_digits(strokes: Sequence[Stroke], judge: Judge | None = None) -> list[Group]:
    """The digits line by line from left to right, each as the indices of its strokes.

    strokes: arrays (n, 2) of points. judge: called once, with the pictures of all groups of strokes in doubt; without
    it positions alone decide. Raises DrawingError where there are more strokes or digits than a number may have, and
    what `judge` raises.
    """
    indices = [index for index, stroke in enumerate(strokes) if len(stroke)]
    drawn = [strokes[index] for index in indices]
    if len(drawn) > MAX_STROKES:
        raise DrawingError(
            "The drawing has {count:,} strokes; a number may have at most {limit}.", count=len(drawn), limit=MAX_STROKES
        )
    groups = _decide(drawn, judge) if drawn else []
    if len(groups) > MAX_DIGITS:
        raise DrawingError(
            "The drawing has {count} digits; a number may have at most {limit}.", count=len(groups), limit=MAX_DIGITS
        )
    return [tuple(indices[index] for index in group) for line in arrange(groups, drawn) for group in line]


def arrange(groups: Sequence[Group], strokes: Sequence[Stroke]) -> list[list[Group]]:
    """The digits of each line from left to right, the lines from top to bottom."""
    boxes = _boxes([np.concatenate([strokes[index] for index in group]) for group in groups])
    return [[groups[place] for place in line] for line in split_into_lines(boxes)]


def candidate_splits(odds: NDArray[np.float64]) -> list[list[Split]]:
    """The possible ways to split each connected set of strokes.

    odds: log-odds (n, n) that two strokes are of one digit. Two strokes are connected unless positions alone say that
    they are not of one digit.
    """
    groups = _join(range(len(odds)), np.argwhere(odds > _CERTAIN_LOG_ODDS).tolist())
    links = {
        (one, other): max(odds[i, j] for i in groups[one] for j in groups[other])
        for one, other in combinations(range(len(groups)), 2)
    }
    doubts = {link: value for link, value in links.items() if value > -_CERTAIN_LOG_ODDS}
    connected = _join(range(len(groups)), doubts)
    return [
        _ways(members, groups, {link: doubts[link] for link in doubts if link[0] in members}) for members in connected
    ]


def split_features(
    way: Split, odds: NDArray[np.float64], probabilities: Mapping[Group, float], flat: Container[Group]
) -> NDArray[np.float64]:
    """The features of a way to split strokes, (4,); their weighted sum is its score.

    The sum of the log-odds of all pairs of strokes within a digit, the sum of the logarithms of each digit's
    probability, the number of digits, and the number of digits that are `flat`.
    """
    limit = _CERTAIN_LOG_ODDS
    links = sum(max(-limit, min(limit, odds[i, j])) for group in way for i, j in combinations(group, 2))
    looks = sum(log(max(_LEAST_PROBABILITY, probabilities[group])) for group in way)
    return np.array([links, looks, len(way), sum(group in flat for group in way)])


def judge_groups(groups: Iterable[Group], strokes: Sequence[Stroke], judge: Judge | None) -> dict[Group, float]:
    """The probability that each group is one digit; 1 for all without a judge."""
    groups = sorted(groups)
    if not groups or judge is None:
        return dict.fromkeys(groups, 1.0)
    stages = [picture_from_strokes([strokes[index] for index in group]) for group in groups]
    probabilities = judge(np.stack([stage.picture for stage in stages if stage]))
    return dict(zip(groups, probabilities.tolist(), strict=True))


def flat_groups(groups: Iterable[Group], strokes: Sequence[Stroke]) -> set[Group]:
    """The groups that are too low to be digits of this writing."""
    limit = _FLAT * writing_height(strokes)
    return {group for group in groups if _height([strokes[i] for i in group]) < limit}


def best_split(
    odds: NDArray[np.float64],
    look: Callable[[Iterable[Group]], Mapping[Group, float]],
    find_flat: Callable[[Iterable[Group]], Container[Group]],
) -> list[Group]:
    """The groups of the best way to split, in no order.

    odds: log-odds (n, n) that two strokes are of one digit. look: called once with all groups in doubt, for the
    probability that each is one digit. find_flat: of those groups, the ones too low for a digit.
    """
    candidates = candidate_splits(odds)
    doubtful = {group for ways in candidates if len(ways) > 1 for way in ways for group in way}
    probabilities, flat = look(doubtful), find_flat(doubtful)

    def score(way: Split) -> float:
        return float(split_features(way, odds, probabilities, flat) @ _WEIGHTS)

    best = [ways[0] if len(ways) == 1 else max(ways, key=score) for ways in candidates]
    return [group for way in best for group in way]


def _decide(strokes: Sequence[Stroke], judge: Judge | None) -> list[Group]:
    odds, flat_limit = np.full((len(strokes), len(strokes)), NEVER), np.zeros(len(strokes))
    for line in split_into_lines(_boxes(strokes)):
        in_line = [strokes[index] for index in line]
        odds[np.ix_(line, line)] = same_digit_log_odds(in_line)
        flat_limit[line] = _FLAT * writing_height(in_line)

    def find_flat(groups: Iterable[Group]) -> set[Group]:
        return {group for group in groups if _height([strokes[i] for i in group]) < flat_limit[group[0]]}

    return best_split(odds, lambda groups: judge_groups(groups, strokes, judge), find_flat)


def _height(strokes: Sequence[Stroke]) -> float:
    return float(np.ptp(np.concatenate(strokes)[:, 1]))


def _boxes(strokes: Sequence[Stroke]) -> NDArray[np.float64]:
    """Left, top, right and bottom of each stroke, (n, 4)."""
    return np.array([(*stroke.min(0), *stroke.max(0)) for stroke in strokes], np.float64).reshape(-1, 4)


def _ways(members: Group, groups: Sequence[Group], doubts: Mapping[tuple[int, int], float]) -> list[Split]:
    """All ways to join the groups with these indices along some of the doubtful links.

    Only the most doubtful links are tried both ways; the sign of its log-odds decides each of the others.
    """
    by_doubt = sorted(doubts, key=lambda link: abs(doubts[link]))
    settled = [link for link in by_doubt[_MAX_DOUBTS:] if doubts[link] > 0]
    open_links = by_doubt[:_MAX_DOUBTS]
    ways = set()
    for choice in product((False, True), repeat=len(open_links)):
        joined = _join(members, [*settled, *compress(open_links, choice)])
        ways.add(tuple(sorted(tuple(sorted(i for part in group for i in groups[part])) for group in joined)))
    return sorted(ways)


def _join(members: Iterable[int], links: Iterable[Sequence[int]]) -> list[Group]:
    """The connected components of a graph with these members and links."""
    groups = {member: [member] for member in members}
    for one, other in links:
        if groups[one] is not groups[other]:
            groups[one] += groups[other]
            for member in groups[other]:
                groups[member] = groups[one]
    return [tuple(group) for group in {id(group): group for group in groups.values()}.values()]
