import math

import pytest
from scipy.stats import ttest_rel

from core.metrics.paired import holm, t_margin, t_p_value


def test_the_p_value_is_that_of_scipys_paired_test():
    first, second = [0.91, 0.93, 0.90, 0.95], [0.90, 0.91, 0.905, 0.92]
    differences = [one - other for one, other in zip(first, second, strict=True)]
    assert t_p_value(differences) == pytest.approx(ttest_rel(first, second).pvalue)


def test_the_margin_is_where_the_p_value_reaches_the_level():
    differences = [0.01, 0.03, -0.01]
    shift = t_margin(differences) - sum(differences) / 3
    assert t_p_value([difference + shift for difference in differences]) == pytest.approx(0.05)


@pytest.mark.parametrize("differences", [(0.0, 0.0), (0.9 - 0.8, 0.5 - 0.4, 0.3 - 0.2)])
def test_equal_differences_do_not_measure_chance(differences):
    assert (t_p_value(differences), t_margin(differences)) == (1.0, math.inf)


def test_holms_correction_multiplies_by_those_that_are_left_and_keeps_the_order():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
