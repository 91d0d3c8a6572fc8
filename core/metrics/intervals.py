"""Confidence intervals of figures that are counted on a sample of images."""

from __future__ import annotations

from typing import NamedTuple

# Coverage: in how many of many samples the interval holds the true share.
LEVEL = 0.95


class Interval(NamedTuple):
    """The ends of a confidence interval."""

    low: float
    high: float


def wilson_interval(successes: int, n: int) -> Interval:
    """The 95 % score interval of a share from 0 to 1, of which `successes` of `n` images are counted.

    It is of use near 0 and 1 and for few images too, where the usual ±1.96 standard errors are not (E. B. Wilson,
    "Probable inference, the law of succession, and statistical inference", 1927). Without any image the share may be
    anything: the interval is 0 to 1.
    """
    if n == 0:
        return Interval(0.0, 1.0)
    # Importing scipy.stats takes most of a second, which the start of the server is spared.
    from scipy.stats import binomtest

    low, high = binomtest(successes, n).proportion_ci(LEVEL, method="wilson")
    return Interval(float(low), float(high))
