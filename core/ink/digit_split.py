"""From the strokes of a number to its digits: which strokes belong together.

Their places (`core.ink.stroke_links`) nearly always say it. Where they leave a doubt, a network judges the ways to
join the strokes in question, and the way that looks most like digits is taken. A number is one line from left to right.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import combinations, compress, product
from math import log

import numpy as np
from numpy.typing import NDArray

from core.errors import DrawingError
from core.ink.rendering import Picture, Stroke, picture_from_strokes
from core.ink.stroke_links import middle, same_digit_log_odds, writing_height

# The numbers of a digit's strokes, in their order, and a way to join strokes to digits.
Group = tuple[int, ...]
Split = tuple[Group, ...]
# From pictures (N, 28, 28) to how likely each is one digit, (N,) from 0 to 1.
Judge = Callable[[Picture], NDArray[np.floating]]

MAX_STROKES = 40
MAX_DIGITS = 10

# Log-odds beyond which, either way, the strokes' places alone decide. At 4 half as many doubts were asked about, and
# of careless hands' digits of several strokes twice as many came apart.
_SURE = 6.0
# Links in doubt of strokes that hang together; each doubles the ways to be read, so the rest goes by place.
_MAX_DOUBTS = 5
# What counts for a way: see `split_features`; fitted as the log-odds are.
_WEIGHTS = (0.65, 4.96, -1.43, -2.15)
# Of the writing's height: what is lower is hardly a digit.
_FLAT = 0.4
# A judge's word counts no further than this against a digit.
_LEAST_PROBABILITY = 0.02


def split_into_digits(strokes: Sequence[Stroke], judge: Judge | None = None) -> list[Group]:
    """The digits of a number from left to right, each as the numbers of its strokes, arrays (n, 2) of points.

    judge: asked once, with several pictures, where the strokes' places leave a doubt; without it they decide alone.
    Raises DrawingError where there are more strokes or digits than a number may have, and what `judge` raises.
    """
    numbers = [number for number, stroke in enumerate(strokes) if len(stroke)]
    drawn = [strokes[number] for number in numbers]
    if len(drawn) > MAX_STROKES:
        raise DrawingError(f"The drawing has {len(drawn):,} strokes; a number is read of at most {MAX_STROKES}.")
    groups = _decide(drawn, judge) if drawn else []
    if len(groups) > MAX_DIGITS:
        raise DrawingError(f"The drawing has {len(groups)} digits; a number is read of at most {MAX_DIGITS}.")
    groups.sort(key=lambda group: middle([drawn[index] for index in group]))
    return [tuple(numbers[index] for index in group) for group in groups]


def candidate_splits(odds: NDArray[np.float64]) -> list[list[Split]]:
    """For each bunch of strokes that hang together by the log-odds (n, n), the ways in which they may be split."""
    groups = _join(range(len(odds)), np.argwhere(odds > _SURE).tolist())
    links = {
        (one, other): max(odds[i, j] for i in groups[one] for j in groups[other])
        for one, other in combinations(range(len(groups)), 2)
    }
    doubts = {link: value for link, value in links.items() if value > -_SURE}
    bunches = _join(range(len(groups)), doubts)
    return [_ways(bunch, groups, {link: doubts[link] for link in doubts if link[0] in bunch}) for bunch in bunches]


def split_features(
    way: Split, odds: NDArray[np.float64], likely: Mapping[Group, float], flat: Container[Group]
) -> NDArray[np.float64]:
    """What speaks for a way to split strokes, (4,); its score is these values' product with fixed weights.

    The log-odds of all links within its digits, the logarithm of how likely each is a digit, and how many there
    are: in all, and too `flat` for one.
    """
    links = sum(max(-_SURE, min(_SURE, odds[i, j])) for group in way for i, j in combinations(group, 2))
    looks = sum(log(max(_LEAST_PROBABILITY, likely[group])) for group in way)
    return np.array([links, looks, len(way), sum(group in flat for group in way)])


def judge_groups(groups: Iterable[Group], strokes: Sequence[Stroke], judge: Judge | None) -> dict[Group, float]:
    """How likely each group is one digit; 1 for all when there is nobody to judge."""
    groups = sorted(groups)
    if not groups or judge is None:
        return dict.fromkeys(groups, 1.0)
    stages = [picture_from_strokes([strokes[index] for index in group]) for group in groups]
    likely = judge(np.stack([stage.picture for stage in stages if stage]))
    return dict(zip(groups, likely.tolist(), strict=True))


def flat_groups(groups: Iterable[Group], strokes: Sequence[Stroke]) -> set[Group]:
    """Those of the groups that are hardly high enough for a digit in this writing."""
    limit = _FLAT * writing_height(strokes)
    return {group for group in groups if np.ptp(np.concatenate([strokes[i] for i in group])[:, 1]) < limit}


def _decide(strokes: Sequence[Stroke], judge: Judge | None) -> list[Group]:
    odds = same_digit_log_odds(strokes)
    bunches = candidate_splits(odds)
    doubtful = {group for ways in bunches if len(ways) > 1 for way in ways for group in way}
    likely, flat = judge_groups(doubtful, strokes, judge), flat_groups(doubtful, strokes)

    def score(way: Split) -> float:
        return float(split_features(way, odds, likely, flat) @ _WEIGHTS)

    best = [ways[0] if len(ways) == 1 else max(ways, key=score) for ways in bunches]
    return [group for way in best for group in way]


def _ways(bunch: Group, groups: Sequence[Group], doubts: Mapping[tuple[int, int], float]) -> list[Split]:
    """All splits of a bunch of groups by joining some of the doubtful links; only the most doubtful are left open."""
    by_doubt = sorted(doubts, key=lambda link: abs(doubts[link]))
    settled = [link for link in by_doubt[_MAX_DOUBTS:] if doubts[link] > 0]
    open_links = by_doubt[:_MAX_DOUBTS]
    ways = set()
    for choice in product((False, True), repeat=len(open_links)):
        joined = _join(bunch, [*settled, *compress(open_links, choice)])
        ways.add(tuple(sorted(tuple(sorted(i for part in group for i in groups[part])) for group in joined)))
    return sorted(ways)


def _join(members: Iterable[int], links: Iterable[Sequence[int]]) -> list[Group]:
    """The groups that the members fall into when linked ones belong together."""
    groups = {member: [member] for member in members}
    for one, other in links:
        if groups[one] is not groups[other]:
            groups[one] += groups[other]
            for member in groups[other]:
                groups[member] = groups[one]
    return [tuple(group) for group in {id(group): group for group in groups.values()}.values()]
