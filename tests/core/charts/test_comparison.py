"""Curves of several runs as values."""

import numpy as np
import pytest

from core.charts.comparison import common_measure, compare_accuracies, compare_losses
from core.charts.learning import MAX_POINTS, accuracy_data, loss_data
from core.runs.history import History
from pages.components.charts.learning import accuracy_chart, loss_chart
from tests.core.charts.test_learning_chart import make_history


def losses(*histories):
    return [loss_data(history, f"run {number}", 0.0) for number, history in enumerate(histories)]


def accuracies(*histories):
    return [accuracy_data(history, f"run {number}", 0.0) for number, history in enumerate(histories)]


def test_runs_with_steps_of_different_lengths_are_read_at_the_same_places():
    curves = losses(make_history([3.0, 2.0, 1.0], steps_per_epoch=1), make_history([6.0] * 15, steps_per_epoch=10))
    compared = compare_losses(curves)
    for place, value in ((1.0, 3.0), (1.5, 2.5), (2.0, 2.0), (3.0, 1.0)):
        assert compared.lines[0].values[compared.epoch == place] == pytest.approx(value)
    within = (compared.epoch >= 0.1) & (compared.epoch <= 1.5)
    assert compared.lines[1].values[within] == pytest.approx(6.0)
    # A curve ends where its run does, and begins with its first step.
    assert np.isnan(compared.lines[1].values[~within]).all()
    assert {0.1, 1.5} <= set(compared.epoch)
    assert len(compared.epoch) <= MAX_POINTS + 4


def test_compared_points_stay_where_they_are_while_a_run_grows():
    values = np.random.default_rng(0).random(300).tolist()
    short, long = (compare_losses(losses(make_history(values[:count]))).epoch for count in (290, 300))
    assert set(short[1:-1]) <= set(long)


def test_runs_that_all_measure_validation_are_compared_by_it():
    compared = compare_accuracies(accuracies(make_history([1.0] * 20, val=0.7), make_history([1.0] * 30, val=0.8)))
    assert (compared.measure, compared.epoch.tolist()) == ("validation", [1, 2, 3])
    assert compared.lines[0].values.tolist() == pytest.approx([0.7, 0.7, np.nan], nan_ok=True)
    assert compared.lines[1].values.tolist() == [0.8, 0.8, 0.8]


@pytest.mark.parametrize(
    ("measured", "measure"),
    [
        ([{"val": 0.7}, {"val": None, "test": 0.8}], "train"),
        ([{"val": 0.7, "test": 0.6}, {"val": None, "test": 0.8}], "test"),
        ([{"val": 0.7, "test": 0.6}, {"val": 0.8}], "validation"),
    ],
)
def test_one_measure_serves_all_runs(measured, measure):
    curves = accuracies(*(make_history([1.0] * 20, **values) for values in measured))
    assert common_measure(curves) == compare_accuracies(curves).measure == measure
    axis = {"train": "training accuracy (running)"}.get(measure, f"{measure} accuracy")
    chart = accuracy_chart(curves, [(), ()], (0, 2))
    assert chart["yAxis"]["name"] == axis
    first = chart["series"][0]["encode"]["y"]
    drawn = [value for value in chart["dataset"][0]["source"][first].to_pylist() if value is not None]
    assert drawn
    assert all(1 < value <= 100 for value in drawn), "per cent"


def test_a_run_that_has_not_begun_decides_nothing():
    assert common_measure(accuracies(make_history([1.0] * 20), History())) == "validation"
    assert compare_accuracies(accuracies(History(), History())).epoch.tolist() == []
    assert compare_losses(losses(History(), History())).epoch.tolist() == []


def test_a_curve_that_runs_along_another_is_drawn_with_gaps():
    same, other = make_history([2.0, 1.0, 0.5]), make_history([3.0, 2.0, 1.0])
    curves = losses(same, other, same, same)
    assert [line.covers for line in compare_losses(curves).lines] == [0, 0, 1, 2]
    looks = [series["lineStyle"].get("type") for series in loss_chart(curves, [()] * 4, (0, 1))["series"]]
    assert looks[:2] == [None, None]
    assert looks[2] != looks[3]
    assert None not in looks[2:]


def test_runs_of_the_same_name_have_curves_of_their_own():
    curves = [loss_data(make_history([loss] * 5), "same", 0.0) for loss in (1.0, 2.0)]
    chart = loss_chart(curves, [(), ()], (0, 1))
    table = chart["dataset"][0]["source"]
    drawn = [table[series["encode"]["y"]][-1].as_py() for series in chart["series"]]
    assert drawn == [1.0, 2.0]
    assert len({series["color"] for series in chart["series"]}) == 2
