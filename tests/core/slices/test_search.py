"""The search for groups with more mistakes than chance explains: by planted ones, and where there are none."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from core.metrics.intervals import wilson_interval
from core.slices.groups import Slice, make_slices
from core.slices.search import FALSE_DISCOVERY_RATE, find_weak_slices
from core.texts.message import message

N = 6000


def cut(n, count):
    """Groups of equal size that have no image in common."""
    everything, name = np.arange(n), message("group")
    return [Slice(str(i), name, index, everything, name) for i, index in enumerate(np.split(everything, count))]


@pytest.fixture(scope="module")
def overlapping():
    """All groups of made images, many of which overlap, as on a page."""
    random = np.random.default_rng(7)
    measures = {name: random.normal(size=N).astype(np.float32) for name in ("thickness", "slant", "size", "ink")}
    # Thick lines have much ink.
    measures["ink"] = measures["ink"] + 2 * measures["thickness"]
    measures["holes"] = random.integers(0, 4, N).astype(np.float32)
    y_true = random.integers(0, 10, N)
    return make_slices(measures, (y_true + random.integers(0, 2, N)) % 10, y_true, tuple("0123456789"))


def test_a_planted_group_is_found_with_its_figures():
    groups = cut(1000, 20)
    is_wrong = np.zeros(1000, bool)
    is_wrong[groups[3].index[:10]] = True
    is_wrong[[0, 400, 800]] = True
    [found] = find_weak_slices(is_wrong, groups)
    assert found.slice is groups[3]
    assert (found.inside.wrong, found.inside.n, found.outside.wrong, found.outside.n) == (10, 50, 3, 950)
    assert found.inside.share == 0.2
    assert found.inside.interval == wilson_interval(10, 50)
    assert found.outside.interval == wilson_interval(3, 950)
    assert found.p_value == pytest.approx(fisher_exact([[10, 3], [40, 947]], "greater").pvalue)
    # The smallest of 20 p values is corrected by all of them.
    assert found.adjusted == pytest.approx(20 * found.p_value)


def test_a_part_of_a_class_is_compared_with_the_others_of_its_class():
    part, of_class, name = np.arange(50), np.arange(200), message("group")
    is_wrong = np.zeros(1000, bool)
    # Half of the class is wrong throughout, and hardly anything else.
    is_wrong[of_class[::2]] = True
    assert find_weak_slices(is_wrong, [Slice("part", name, part, of_class, name)]) == []
    [found] = find_weak_slices(is_wrong, [Slice("part", name, part, np.arange(1000), name)])
    assert (found.outside.wrong, found.outside.n) == (75, 950)
    is_wrong[part] = True
    [found] = find_weak_slices(is_wrong, [Slice("part", name, part, of_class, name)])
    assert (found.inside.wrong, found.inside.n, found.outside.wrong, found.outside.n) == (50, 50, 75, 150)
    assert found.p_value == pytest.approx(fisher_exact([[50, 75], [0, 75]], "greater").pvalue)


@pytest.mark.parametrize(("n", "is_listed"), [(19, False), (21, True)])
def test_a_group_is_listed_where_chance_explains_it_less_than_once_in_twenty_times(n, is_listed):
    # A group of one image that has the only mistake of all: by chance once in n times.
    [group, *_] = cut(n, n)
    found = find_weak_slices(np.arange(n) == 0, [group])
    assert [weak.p_value for weak in found] == ([pytest.approx(1 / n)] if is_listed else [])


def test_the_surest_comes_first():
    groups = cut(1000, 10)
    is_wrong = np.zeros(1000, bool)
    is_wrong[groups[2].index[:12]] = True
    is_wrong[groups[7].index[:30]] = True
    found = find_weak_slices(is_wrong, groups)
    assert [weak.slice.name for weak in found] == ["7", "2"]
    assert found[0].p_value < found[1].p_value


def test_planted_groups_are_found_among_all_those_of_a_page(overlapping):
    [planted] = [group for group in overlapping if group.name == "thickness-10"]
    random = np.random.default_rng(1)
    error = np.full(N, 0.01)
    error[planted.index] = 0.08
    found = find_weak_slices(random.random(N) < error, overlapping)
    assert found[0].slice is planted


@pytest.mark.parametrize("share", [0.005, 0.03, 0.2])
def test_mistakes_at_random_give_no_group_nearly_always(overlapping, share):
    random, seeds = np.random.default_rng(2), 150
    is_wrong = np.arange(N) < share * N
    listed = sum(bool(find_weak_slices(random.permutation(is_wrong), overlapping)) for _ in range(seeds))
    # The standard deviation of a count of 150 with a share of 5 % is 2.7.
    assert listed <= FALSE_DISCOVERY_RATE * seeds + 2 * 2.7


def test_among_the_listed_groups_few_are_there_by_chance():
    groups, random = cut(N, 60), np.random.default_rng(3)
    weak = {str(i) for i in range(6)}
    error = np.full(N, 0.02)
    for group in groups[:6]:
        error[group.index] = 0.15
    false, missed = [], []
    for _ in range(150):
        listed = {found.slice.name for found in find_weak_slices(random.random(N) < error, groups)}
        false.append(len(listed - weak) / max(len(listed), 1))
        missed.append(len(weak - listed))
    assert np.mean(false) <= FALSE_DISCOVERY_RATE
    assert np.mean(missed) < 0.5


@pytest.mark.parametrize("is_wrong", [np.zeros(1000, bool), np.ones(1000, bool)])
def test_a_network_that_is_always_right_or_always_wrong_has_no_weak_group(is_wrong):
    assert find_weak_slices(is_wrong, cut(1000, 10)) == []


def test_without_groups_there_is_nothing_to_find():
    assert find_weak_slices(np.ones(10, bool), []) == []
