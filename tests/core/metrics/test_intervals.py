"""Wilson's interval, against its formula and by its coverage."""

import math

import numpy as np
import pytest

from core.metrics.intervals import wilson_interval

# The normal distribution's 97.5 % quantile.
Z = 1.959963984540054


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (1, 10), (10, 10), (9_875, 10_000), (354, 360)])
def test_the_ends_solve_the_score_equation(successes, n):
    share = successes / n
    for end in wilson_interval(successes, n):
        assert abs(share - end) == pytest.approx(Z * math.sqrt(end * (1 - end) / n), abs=1e-9)


def test_the_interval_holds_the_share_and_narrows_with_more_images():
    low, high = wilson_interval(98, 100)
    narrow_low, narrow_high = wilson_interval(9_800, 10_000)
    assert low < narrow_low < 0.98 < narrow_high < high <= 1


def test_without_images_anything_is_possible():
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_it_holds_the_true_share_about_as_often_as_it_says():
    random, share, n = np.random.default_rng(1), 0.97, 400
    counts = random.binomial(n, share, 2000)
    intervals = {count: wilson_interval(int(count), n) for count in set(counts)}
    held = [intervals[count].low <= share <= intervals[count].high for count in counts]
    assert 0.93 < np.mean(held) < 0.98
