"""McNemar's test: whether two networks that answered the same images are equally good."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class McNemar:
    """The test's two counts and what follows from them.

    only_a, only_b: images on which only the first and only the second network is right.
    p_value: probability of a split at least as uneven, where either network is as likely to be the only
        one that is right.
    """

    only_a: int
    only_b: int
    p_value: float


def mcnemar_test(only_a: int, only_b: int) -> McNemar:
    """The exact two-sided test (Q. McNemar, "Note on the sampling error of the difference between correlated
    proportions or percentages", 1947).

    Images on which both networks are right, or neither, tell nothing of which is better: the others are a binomial
    sample with share ½ where both are equally good. Without any such image the p value is 1.
    """
    if only_a + only_b == 0:
        return McNemar(0, 0, 1.0)
    # See `core.metrics.intervals`.
    from scipy.stats import binomtest

    return McNemar(only_a, only_b, float(binomtest(only_a, only_a + only_b).pvalue))
