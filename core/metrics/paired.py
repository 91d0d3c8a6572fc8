"""Differences that were measured in pairs, such as two configurations with the same seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev


def t_p_value(differences: Sequence[float]) -> float:
    """The two-sided p-value of Student's paired t-test ("The probable error of a mean", 1908).

    differences: one for each pair, at least two. It is 1 where all of them are equal, since chance cannot be measured
    by them: accuracies on few images are often equal.
    """
    from scipy.stats import ttest_1samp

    if _is_even(differences):
        return 1.0
    return float(ttest_1samp(differences, 0.0).pvalue)


def t_margin(differences: Sequence[float], confidence: float = 0.95) -> float:
    """How far the mean of so few pairs can lie from the true one by chance: half of Student's interval.

    differences: one for each pair, at least two. Infinite where all of them are equal.
    """
    from scipy.stats import t

    if _is_even(differences):
        return math.inf
    n_pairs = len(differences)
    return float(t.ppf((1 + confidence) / 2, n_pairs - 1)) * stdev(differences) / math.sqrt(n_pairs)


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values for as many comparisons at once, by Holm's correction ("A simple sequentially rejective multiple test
    procedure", 1979): the chance that any of those below a level is a false alarm is at most that level.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def _is_even(differences: Sequence[float]) -> bool:
    """Whether all are equal but for rounding."""
    mean = fmean(differences)
    return all(math.isclose(difference, mean, rel_tol=1e-9, abs_tol=1e-12) for difference in differences)
