"""McNemar's exact test, against sums of binomial coefficients and by its errors of the first kind."""

from math import comb

import numpy as np
import pytest

from core.metrics.mcnemar import mcnemar_test


def by_hand(one, other):
    n = one + other
    return min(1.0, 2 * sum(comb(n, k) for k in range(min(one, other) + 1)) / 2**n)


@pytest.mark.parametrize(("only_a", "only_b"), [(31, 12), (12, 31), (5, 0), (0, 6), (7, 7), (1, 0), (200, 240)])
def test_the_p_value_is_the_weight_of_both_tails(only_a, only_b):
    found = mcnemar_test(only_a, only_b)
    assert (found.only_a, found.only_b) == (only_a, only_b)
    assert found.p_value == pytest.approx(by_hand(only_a, only_b), abs=1e-12)


def test_networks_that_read_the_same_images_do_not_differ():
    assert mcnemar_test(0, 0).p_value == 1


def test_equally_good_networks_are_seldom_told_apart():
    random, n = np.random.default_rng(3), 60
    counts = random.binomial(n, 0.5, 2000)
    p_values = {count: mcnemar_test(int(count), n - int(count)).p_value for count in set(counts)}
    assert np.mean([p_values[count] < 0.05 for count in counts]) < 0.05
