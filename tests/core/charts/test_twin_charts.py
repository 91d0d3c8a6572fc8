"""Values of the charts on the Twins page."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from core.charts.gradients import error_data, unit_data
from core.charts.twins import MAX_POINTS, difference_data, tensor_rows, twin_loss_data
from core.twins.gradient_check import DifferenceQuotient, GradientCheck, WeightPlace
from core.twins.history import TwinHistory
from core.twins.setup import TwinStep
from pages.components.charts.gradients import error_chart, unit_chart
from pages.components.charts.palette import CHOSEN, RUNS
from pages.components.charts.twins import StepCurves, axis_end, difference_chart, log_axis, twin_loss_chart


def make_history(weights, losses=None):
    """Steps with these differences in the only weight tensor; its bias never differs."""
    history = TwinHistory()
    for number, difference in enumerate(weights, start=1):
        loss = losses[number - 1] if losses is not None else 1.0
        tensors = {"fc1.weight": difference, "fc1.bias": 0.0}
        history.extend([TwinStep(number, loss, loss + 1, {"fc1": 2 * difference}, tensors, tensors, 0)])
    return history


def as_json(option):
    """The option as it goes to the browser, with frames as lists."""
    return json.loads(json.dumps(option, default=lambda frame: frame.to_dict("list"), allow_nan=True))


def test_loss_data_of_a_short_run_is_every_step():
    curves = twin_loss_data(make_history([0.1] * 3, [3.0, 2.0, 1.0]))
    np.testing.assert_array_equal(curves.step, [1, 2, 3])
    np.testing.assert_array_equal(curves.lines["NumPy"], [3, 2, 1])
    np.testing.assert_array_equal(curves.lines["PyTorch"], [4, 3, 2])


def test_loss_data_of_a_long_run_is_thinned_to_the_last_of_each_stretch():
    losses = np.arange(1.0, 2 * MAX_POINTS + 2)
    curves = twin_loss_data(make_history([0.1] * len(losses), losses))
    assert len(curves.step) <= MAX_POINTS
    assert curves.step[-1] == len(losses)
    np.testing.assert_array_equal(curves.lines["NumPy"], curves.step)


def test_difference_data_keeps_a_single_peak_when_it_is_thinned():
    differences = np.full(2000, 1e-9)
    differences[777] = 1e-2
    curves = difference_data(make_history(differences), "weights")
    assert len(curves.step) <= MAX_POINTS
    assert curves.lines["fc1.weight"].max() == 1e-2
    assert np.sum(curves.lines["fc1.weight"] == 1e-2) == 1


def test_difference_data_by_kind_is_the_largest_of_its_tensors():
    curves = difference_data(make_history([1e-3, 0.0]))
    assert list(curves.lines) == ["activations", "gradients", "weights"]
    np.testing.assert_array_equal(curves.lines["activations"], [2e-3, np.nan])
    np.testing.assert_array_equal(curves.lines["weights"], [1e-3, np.nan])


def test_difference_data_leaves_out_what_a_logarithm_cannot_show():
    curves = difference_data(make_history([np.inf, 0.0, 1e-3]), "gradients")
    np.testing.assert_array_equal(curves.lines["fc1.weight"], [np.nan, np.nan, 1e-3])
    assert np.isnan(curves.lines["fc1.bias"]).all()


def test_data_of_no_steps_are_empty():
    for curves in (twin_loss_data(TwinHistory()), difference_data(TwinHistory())):
        assert len(curves.step) == 0


def test_tensor_rows_tell_the_last_and_the_largest():
    rows = tensor_rows(make_history([1e-3, 1e-2, 1e-4]))
    assert rows[0] == ("activations", "fc1", 2e-4, 2e-2)
    assert ("weights", "fc1.weight", 1e-4, 1e-2) in rows
    assert len(rows) == 5


def test_loss_chart_lays_a_dashed_line_on_a_broad_one():
    first, second = as_json(twin_loss_chart(twin_loss_data(make_history([0.1]))))["series"]
    assert first["lineStyle"]["width"] > second["lineStyle"]["width"]
    assert "type" in second["lineStyle"]
    # After one step a dot lies on the other, which shows around it.
    assert first["symbolSize"] > 2 * second["symbolSize"]


def test_after_one_step_there_are_dots_where_lines_will_be():
    for steps, has_dots in ((1, True), (2, False)):
        history = make_history([0.1] * steps)
        for option in (
            twin_loss_chart(twin_loss_data(history)),
            difference_chart(difference_data(history), "float32"),
        ):
            assert {line["showSymbol"] for line in option["series"]} == {has_dots}
    other = difference_data(make_history([0.1]))
    option = difference_chart(difference_data(make_history([0.1] * 2)), "float32", ("float64", other))
    assert [line["showSymbol"] for line in option["series"]] == [False, False, False, True]


def test_charts_can_be_drawn_without_a_step():
    assert as_json(twin_loss_chart(twin_loss_data(TwinHistory())))["xAxis"]["max"] == 100
    as_json(difference_chart(difference_data(TwinHistory()), "float64"))


def test_difference_chart_draws_exponents_and_tells_values():
    option = difference_chart(difference_data(make_history([1e-3, 1e-4])), "float32")
    source = option["dataset"][0]["source"]
    np.testing.assert_allclose(source["log weights"], [-3, -4])
    line = next(series for series in option["series"] if series["name"] == "weights")
    assert line["encode"] == {"x": "step", "y": "log weights", "tooltip": ["weights"]}
    assert option["yAxis"]["min"] == -7
    assert option["series"][0]["markLine"]["data"][0]["yAxis"] == pytest.approx(np.log10(1.19e-7), abs=0.01)


def test_difference_chart_can_show_another_precision_beside():
    option = difference_chart(
        difference_data(make_history([1e-3])), "float32", ("float64", difference_data(make_history([1e-15, 1e-14])))
    )
    assert option["series"][-1]["name"] == "all, in float64"
    np.testing.assert_allclose(option["dataset"][1]["source"]["other"], [2e-15, 2e-14])
    assert option["yAxis"]["min"] <= -15


def test_another_precision_is_drawn_by_the_highest_of_its_kinds_that_is_known():
    other = StepCurves(np.array([1, 2]), {"activations": np.array([np.nan, 1e-3]), "weights": np.array([1e-5, 1e-9])})
    option = difference_chart(difference_data(make_history([1e-3])), "float64", ("float32", other))
    assert option["dataset"][1]["source"]["other"].tolist() == [1e-5, 1e-3]


def test_log_axis_reaches_over_all_values():
    axis = log_axis("x", [np.array([3e-5, np.nan]), np.array([20.0])])
    assert (axis["min"], axis["max"]) == (-5, 2)


def test_axis_grows_in_round_steps():
    ends = [axis_end(n_steps) for n_steps in range(0, 20_001, 50)]
    assert sorted(set(ends)) == [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000]
    assert all(one <= other for one, other in pairwise(ends))
    assert all(end >= n_steps for end, n_steps in zip(ends, range(0, 20_001, 50), strict=True))


def make_check(layer=1, column=30, inputs=784, trials=None):
    trials = trials or [
        DifferenceQuotient(1e-1, 0.5, 1e-2, 1e-14, 2),
        DifferenceQuotient(1e-3, 0.5, 1e-6, 1e-12, 0),
        DifferenceQuotient(1e-5, 0.5, 0.0, 0.0, 0),
    ]
    gradients = np.linspace(-1, 1, inputs)
    place = WeightPlace(layer, 0, column)
    return GradientCheck(place, 0.1, 2.0, 0.5, 0.5, trials[1], tuple(trials), 8, 8, 8, gradients * 2, gradients)


def test_error_data_tells_trials_with_switched_relus_apart():
    curve = error_data(make_check())
    np.testing.assert_array_equal(curve.epsilon, [1e-5, 1e-3, 1e-1])
    np.testing.assert_array_equal(curve.smooth, [np.nan, 1e-6, np.nan])
    np.testing.assert_array_equal(curve.switched, [np.nan, np.nan, 1e-2])
    np.testing.assert_array_equal(curve.rounding, [np.nan, 1e-12, 1e-14])
    assert curve.chosen == (1e-3, 1e-6)


def test_error_chart_shows_points_only_where_a_relu_switched():
    option = error_chart(error_data(make_check()))
    source: pd.DataFrame = option["dataset"][0]["source"]
    assert source["switched"].isna().tolist() == [True, True, False]
    np.testing.assert_array_equal(source["error"], [np.nan, 1e-6, 1e-2])
    assert option["yAxis"]["max"] == 0
    # What is expected was not measured, so it is a line without points.
    assert [line["name"] for line in option["series"] if not line.get("showSymbol", True)] == ["expected from rounding"]
    as_json(option)


def test_error_chart_stands_errors_of_more_than_everything():
    trials = [DifferenceQuotient(1e-1, 0.5, 1.0, 1e-14, 2), DifferenceQuotient(1e-13, -0.5, 2.0, 3.0, 0)]
    option = error_chart(error_data(make_check(trials=trials)))
    assert option["dataset"][0]["source"]["error"].max() == 1
    assert option["dataset"][1]["source"]["chosen"].tolist() == [1.0]


def test_pixels_are_laid_out_as_the_image():
    picture = unit_data(make_check(column=30))
    assert picture.shape == (28, 28)
    assert (picture.row[30], picture.column[30]) == (1, 2)


@pytest.mark.parametrize(("inputs", "shape"), [(128, (8, 16)), (20, (2, 16)), (10, (1, 10)), (1, (1, 1))])
def test_other_inputs_are_laid_out_in_rows(inputs, shape):
    assert unit_data(make_check(layer=2, column=0, inputs=inputs)).shape == shape


def test_unit_chart_marks_the_chosen_weight_and_centres_its_colours():
    option = unit_chart(unit_data(make_check(column=30)))
    assert option["dataset"][1]["source"]["input"].tolist() == [30]
    assert option["visualMap"]["min"] == -option["visualMap"]["max"] == -1
    picture = unit_data(make_check())
    uneven = replace(picture, gradients=np.where(picture.gradients < 0, 3 * picture.gradients, picture.gradients))
    assert (unit_chart(uneven)["visualMap"]["min"], unit_chart(uneven)["visualMap"]["max"]) == (-3, 3)
    assert unit_chart(unit_data(make_check(column=None)))["dataset"][1]["source"].empty
    as_json(option)


def test_unit_chart_has_a_place_for_each_row_and_column_the_first_row_on_top():
    option = unit_chart(unit_data(make_check(layer=2, column=0, inputs=128)))
    assert option["xAxis"]["data"] == [str(number) for number in range(16)]
    assert option["yAxis"]["data"] == [str(number) for number in range(8)]
    assert option["yAxis"]["inverse"]


def test_unit_chart_is_amber_below_0_and_blue_above():
    first, _, last = unit_chart(unit_data(make_check()))["visualMap"]["inRange"]["color"]
    assert (first, last) == (RUNS[1], CHOSEN)


def test_unit_chart_of_a_unit_without_gradients_has_a_range():
    picture = unit_data(make_check())
    option = unit_chart(type(picture)(picture.column, picture.row, 0 * picture.gradients, picture.weights, None))
    assert option["visualMap"]["max"] > 0
