"""Where the axis of accuracies begins."""

import numpy as np
import pytest

from core.charts.accuracy_axis import find_floor

# A training accuracy that rises from chance in its first epoch, and a validation accuracy after each.
EPOCH = np.array([0.1, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
TRAIN = np.array([0.10, 0.60, 0.93, 0.94, 0.96, 0.97, 0.98])
VAL = np.array([np.nan, np.nan, 0.95, np.nan, 0.97, np.nan, 0.985])
WHOLE = (0.0, 3.0)


def floor_after(count):
    return find_floor(EPOCH[:count], [TRAIN[:count], VAL[:count]], WHOLE)


def test_it_is_0_until_an_epoch_is_done_and_then_rises_once():
    assert [floor_after(count) for count in range(len(EPOCH) + 1)] == [0, 0, 0, 0.9, 0.9, 0.9, 0.9, 0.9]


@pytest.mark.parametrize(
    ("lowest", "floor"),
    [(0.1, 0), (0.54, 0), (0.56, 0.5), (0.81, 0.5), (0.83, 0.8), (0.92, 0.9), (0.956, 0.95), (0.99, 0.98), (1.0, 0.98)],
)
def test_it_is_one_of_a_few_shares_a_little_below_every_curve(lowest, floor):
    lines = [np.array([0.0, lowest, 1.0]), np.array([np.nan, 1.0, 1.0])]
    assert find_floor(np.array([0.5, 1.0, 2.0]), lines, WHOLE) == floor


def test_it_falls_where_a_curve_falls_and_stays_down():
    drop = np.concatenate([TRAIN, [0.3, 0.99]])
    places = np.concatenate([EPOCH, [3.5, 4.0]])
    assert find_floor(places, [drop], (0.0, 4.0)) == 0


@pytest.mark.parametrize(
    ("shown", "floor"), [((0.0, 0.6), 0), ((2.0, 3.0), 0.95), ((2.2, 2.8), 0.95), ((0.5, 1.6), 0.9)]
)
def test_only_what_is_shown_counts(shown, floor):
    assert find_floor(EPOCH, [TRAIN, VAL], shown) == floor


def test_without_values_it_is_0():
    assert find_floor(np.empty(0), [], WHOLE) == find_floor(EPOCH, [np.full(len(EPOCH), np.nan)], WHOLE) == 0
