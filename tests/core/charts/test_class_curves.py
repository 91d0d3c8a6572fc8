import numpy as np

from core.charts.class_curves import MOST_POINTS, N_LEADING, class_curves


def curve(name, *accuracies):
    return name, np.arange(1, len(accuracies) + 1, dtype=float), np.array(accuracies, float)


def test_the_highest_last_accuracy_comes_first():
    found = class_curves([curve("low", 0.9, 0.2), curve("high", 0.1, 0.8), curve("none")])
    assert [line.name for line in found] == ["high", "low"]
    assert found[1].accuracy.tolist() == [0.9, 0.2]


def test_the_best_few_stand_out():
    found = class_curves([curve(str(number), number / 100) for number in range(30)])
    assert [line.is_leading for line in found] == [True] * N_LEADING + [False] * (30 - N_LEADING)
    assert found[0].name == "29"


def test_long_curves_are_thinned_between_their_ends():
    [line] = class_curves([curve("long", *np.linspace(0, 1, 1000))])
    assert len(line.epoch) == MOST_POINTS
    assert (line.epoch[0], line.epoch[-1], line.accuracy[-1]) == (1, 1000, 1.0)
    assert np.diff(line.epoch).max() < 20
    [line] = class_curves([curve("short", *[0.5] * MOST_POINTS)])
    assert len(line.epoch) == MOST_POINTS


def test_no_curves_give_no_lines():
    assert class_curves([]) == ()
