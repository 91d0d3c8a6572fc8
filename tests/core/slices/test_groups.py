"""The groups of test images."""

from itertools import pairwise

import numpy as np
import pytest

from core.slices.groups import SMALLEST, make_slices

NAMES = ("ant", "bee")


@pytest.fixture
def described():
    random = np.random.default_rng(5)
    measures = {
        "thickness": random.normal(3, 1, 400).astype(np.float32),
        "ink": random.integers(0, 3, 400).astype(np.float32) / 10,
        "holes": random.integers(0, 5, 400).astype(np.float32),
    }
    return measures, random.integers(0, 4, 400), random.integers(0, 2, 400)


@pytest.fixture
def slices(described):
    measures, clusters, y_true = described
    return {group.name: group for group in make_slices(measures, clusters, y_true, NAMES)}


def members(slices, start):
    return sorted(i for name, group in slices.items() if name.startswith(start) for i in group.index.tolist())


@pytest.mark.parametrize("kind", ["thickness-", "ink-", "holes-", "cluster-"])
def test_every_image_is_in_one_group_of_a_kind(slices, kind):
    assert members(slices, kind) == list(range(400))


def test_the_groups_of_a_measure_are_tenths_of_all_images(slices, described):
    tenths = [slices[f"thickness-{part}"].index for part in range(1, 11)]
    assert {len(index) for index in tenths} == {40}
    values = described[0]["thickness"]
    for lower, upper in pairwise(tenths):
        assert values[lower].max() <= values[upper].min()


def test_images_of_equal_values_stay_together(slices, described):
    ink = described[0]["ink"]
    for name in ("ink-1", "ink-2", "ink-3"):
        assert len(set(ink[slices[name].index])) == 1


def test_classes_are_groups_too_and_are_divided_further(slices, described):
    _, _, y_true = described
    for label in (0, 1):
        of_class = np.flatnonzero(y_true == label).tolist()
        assert slices[f"class-{label}"].index.tolist() == of_class
        thirds = [slices[f"class-{label}-thickness-{part}"].index for part in (1, 2, 3)]
        assert sorted(np.concatenate(thirds).tolist()) == of_class
        assert max(map(len, thirds)) - min(map(len, thirds)) <= 1


def test_a_part_of_a_class_is_compared_with_its_class_and_others_with_all(slices, described):
    _, _, y_true = described
    part = slices["class-1-ink-2"]
    assert part.among.tolist() == np.flatnonzero(y_true == 1).tolist()
    assert str(part.rest) == "the other images of bee"
    for name in ("class-1", "thickness-1", "cluster-1", "holes-0"):
        assert slices[name].among.tolist() == list(range(400))
        assert str(slices[name].rest) == "all other images"


def test_groups_say_what_they_have_in_common(slices, described):
    values = described[0]["thickness"][slices["thickness-1"].index]
    assert str(slices["thickness-1"].title) == f"thickness {values.min():.1f} to {values.max():.1f} pixels"
    assert str(slices["holes-2"].title) == "2 holes or more"
    assert str(slices["class-1-holes-0"].title) == "bee with no hole"
    assert str(slices["class-1-ink-2"].title).startswith("bee, ink ")
    assert str(slices["class-0"].title) == "ant"
    assert str(slices["cluster-3"].title).startswith("alike to the network (3): ")
    assert len({str(group.title) for group in slices.values()}) == len(slices)


def test_small_groups_are_left_out(described):
    measures, clusters, _ = described
    few = np.arange(400) < SMALLEST - 1
    found = make_slices(measures, np.where(few, 9, clusters), np.where(few, 1, 0), NAMES)
    assert not any(group.name in ("cluster-10", "class-1") for group in found)
    assert min(len(group.index) for group in found) >= SMALLEST


def test_a_class_without_images_has_no_groups(described):
    measures, clusters, _ = described
    found = make_slices(measures, clusters, np.zeros(400, np.int64), NAMES)
    assert not any(group.name.startswith("class-1") for group in found)
