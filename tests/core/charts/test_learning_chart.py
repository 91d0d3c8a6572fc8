"""Learning curves as values."""

import numpy as np
import pytest

from core.charts.comparison import read_accuracies
from core.charts.learning import (
    MAX_POINTS,
    LrMark,
    accuracy_data,
    find_reach,
    find_span,
    loss_data,
    lr_marks,
    moving_average,
    tick_step,
)
from core.runs.history import History
from core.training.events import EpochEnd, LrChanged, RunStarted, StepEnd
from pages.components.charts import learning
from pages.components.charts.learning import accuracy_chart, chart_height, loss_chart


def make_history(losses, steps_per_epoch=10, val=0.9, test=None):
    total = len(losses)
    started = RunStarted(0, 0, total, steps_per_epoch, 100, 10, 1000, "cpu")
    steps = [
        StepEnd(n, 1, (loss,), min(0.5 + n / 1000, 1), 0.1, 50.0, n / 10) for n, loss in enumerate(losses, start=1)
    ]
    ends = range(steps_per_epoch, total + 1, steps_per_epoch)
    epochs = [
        EpochEnd(step, number, 0.3, 0.8, 0.4, val, 0.5, test, step / 10) for number, step in enumerate(ends, start=1)
    ]
    return History().apply([started, *steps, *epochs])


def test_every_step_is_a_point_while_there_are_few():
    curve = loss_data(make_history([2.0, 1.0, 0.5]), "run", smoothing=0.0)
    assert curve.epoch.tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert curve.loss.tolist() == curve.smooth.tolist() == [2.0, 1.0, 0.5]


def test_many_steps_are_thinned_and_their_means_are_kept():
    losses = np.random.default_rng(0).random(MAX_POINTS * 3)
    curve = loss_data(make_history(losses.tolist()), "run", smoothing=0.0)
    assert len(curve.epoch) <= MAX_POINTS + 1
    assert curve.smooth[1:] == pytest.approx(losses.reshape(-1, 4).mean(1))
    assert curve.loss[1:] == pytest.approx(losses[3::4])


@pytest.mark.parametrize("count", [3, MAX_POINTS, MAX_POINTS + 1, 40 * MAX_POINTS])
def test_both_curves_begin_with_the_first_step_s_loss_however_long_the_run(count):
    curve = loss_data(make_history([2.3, *[0.1] * (count - 1)], steps_per_epoch=20), "run")
    assert (curve.epoch[0], curve.loss[0], curve.smooth[0]) == pytest.approx((1 / 20, 2.3, 2.3))
    assert np.all(np.diff(curve.epoch) > 0)
    assert curve.epoch[-1] == pytest.approx(count / 20)


def test_points_stay_where_they_are_while_a_run_grows():
    losses = np.random.default_rng(0).random(1000).tolist()
    short, long = (loss_data(make_history(losses[:count]), "run") for count in (900, 1000))
    assert long.epoch[: len(short.epoch) - 1].tolist() == short.epoch[:-1].tolist()
    assert long.smooth[: len(short.epoch) - 1].tolist() == short.smooth[:-1].tolist()


def test_smoothing_does_not_pull_the_start_to_zero():
    assert moving_average(np.full(5, 3.0), 0.9) == pytest.approx(np.full(5, 3.0))
    assert moving_average(np.array([1.0, 0.0]), 0.5)[1] == pytest.approx(1 / 3)


def test_accuracies_stand_where_they_were_measured():
    curve = accuracy_data(make_history([1.0] * 25, val=0.9, test=0.7), "run", smoothing=0.0)
    assert curve.step_epoch.tolist() == pytest.approx([step / 10 for step in range(1, 26)])
    assert curve.train.tolist() == pytest.approx([0.5 + step / 1000 for step in range(1, 26)])
    assert (curve.epoch.tolist(), curve.val.tolist(), curve.test.tolist()) == ([1, 2], [0.9, 0.9], [0.7, 0.7])


def test_many_accuracies_of_training_are_thinned_over_the_whole_run():
    count = 3 * MAX_POINTS
    curve = accuracy_data(make_history([1.0] * count), "run", smoothing=0.0)
    assert MAX_POINTS / 2 < len(curve.step_epoch) <= MAX_POINTS
    assert curve.step_epoch[0] == pytest.approx(0.1)
    assert curve.step_epoch[-1] > 0.99 * count / 10


def test_the_crosshair_reads_every_accuracy_of_a_run_wherever_it_stands():
    history = History().apply(
        [
            RunStarted(0, 0, 40, 10, 100, 10, 1000, "cpu"),
            StepEnd(8, 1, (1.0,) * 8, 0.5, 0.1, 50.0, 1.0),
            EpochEnd(10, 1, 0.3, 0.8, 0.4, 0.7, 0.5, None, 1.2),
            StepEnd(12, 2, (1.0,) * 4, 0.6, 0.1, 50.0, 1.5),
        ]
    )
    read = read_accuracies(accuracy_data(history, "run", smoothing=0.0))
    assert read.epoch.tolist() == pytest.approx([0.8, 1.0, 1.2])
    assert read.train.tolist() == pytest.approx([0.5, 0.55, 0.6])
    assert read.val.tolist() == pytest.approx([np.nan, 0.7, np.nan], nan_ok=True)
    assert read.last_val.tolist() == pytest.approx([np.nan, 0.7, 0.7], nan_ok=True)
    assert np.isnan([read.test, read.last_test]).all()


def test_an_empty_history_gives_empty_curves_that_can_be_drawn():
    loss, accuracy = loss_data(History(), "run"), accuracy_data(History(), "run")
    assert len(loss.epoch) == len(accuracy.epoch) == len(accuracy.step_epoch) == 0
    assert loss_chart([loss], [()], (0, 5))["series"]
    assert accuracy_chart([accuracy], [()], (0, 5))["series"]


def test_the_test_set_is_shown_by_its_name_and_only_where_it_was_watched():
    def names(history):
        return [series["name"] for series in accuracy_chart([accuracy_data(history, "run")], [()], (0, 2))["series"]]

    assert names(make_history([1.0] * 20)) == ["train (running)", "validation"]
    assert names(make_history([1.0] * 20, val=None, test=0.7)) == ["train (running)", "test"]


def test_accuracies_are_drawn_in_per_cent_on_an_axis_that_ends_at_100():
    history = make_history([1.0] * 20, val=0.9876)
    chart = accuracy_chart([accuracy_data(history, "run")], [()], (0, 2))
    axis, table = chart["yAxis"], chart["dataset"][0]["source"]
    assert (axis["min"], axis["max"], axis["axisLabel"]["formatter"]) == (0, 100, "{value}%")
    assert table["last_val"][-1].as_py() == pytest.approx(98.76)
    assert table["epoch"][-1].as_py() == 2
    assert chart["tooltip"]["valueFormatter"] == "%.2f%%"
    [validation] = [series for series in chart["series"] if series["name"] == "validation"]
    assert validation["encode"]["tooltip"] == ["last_val"]


@pytest.mark.parametrize("n_runs", [1, 2])
def test_the_vertical_axis_name_begins_at_the_chart_s_edge_and_is_whole(n_runs):
    history = make_history([1.0] * 30)
    losses = loss_chart([loss_data(history, "run")] * n_runs, [()] * n_runs, (0, 3))
    accuracies = accuracy_chart([accuracy_data(history, "run")] * n_runs, [()] * n_runs, (0, 3))
    for option in (losses, accuracies):
        assert option["yAxis"]["name"]
        assert option["yAxis"]["nameTextStyle"] == {"align": "left", "padding": [0, 0, 0, -option["grid"]["left"]]}


def test_a_line_goes_on_where_the_table_has_places_of_other_lines_only():
    short, long = make_history([1.0] * 15), make_history([1.0] * 20, steps_per_epoch=7)
    curves = [accuracy_data(history, "run") for history in (short, long)]
    for chart in (accuracy_chart(curves[:1], [()], (0, 2)), accuracy_chart(curves, [(), ()], (0, 2))):
        assert any(chart["dataset"][0]["source"][line["encode"]["y"]].null_count for line in chart["series"])
        assert all(line["connectNulls"] for line in chart["series"])


def test_eight_runs_have_a_colour_and_a_row_of_the_legend_each():
    curves = [loss_data(make_history([1.0]), f"run {number}") for number in range(8)]
    one, eight = (loss_chart(curves[:count], [()] * count, (0, 2)) for count in (1, 8))
    assert len({series["color"] for series in eight["series"]}) == 8
    assert eight["legend"]["orient"] == "vertical"
    # A mark on each of hundreds of steps would cover the curve.
    assert not any(series["showSymbol"] for series in one["series"] + eight["series"])
    # One run has no legend, so its chart is as high as the curves need it.
    assert chart_height(1) == learning._HEIGHT
    # The curves keep their height.
    assert chart_height(8) - eight["grid"]["bottom"] == chart_height(1) - one["grid"]["bottom"]


@pytest.mark.parametrize(
    ("reach", "epochs", "end"),
    [(0, 5, 0.1), (0.6, 14, 1), (1.1, 14, 2), (2, 14, 2), (9, 14, 10), (10.1, 14, 14), (60, 80, 75), (900, 1000, 1000)],
)
def test_the_axis_ends_a_little_beyond_what_is_known(reach, epochs, end):
    assert find_span([(reach, epochs)]) == (0, end)


def test_the_axis_of_a_run_grows_in_few_steps_and_is_half_full_after_each():
    ends = [find_span([(reach / 100, 14)])[1] for reach in range(1, 1400)]
    assert ends == sorted(ends)
    assert len(set(ends)) == 9
    assert all(reach / 100 >= 0.4 * end for reach, end in enumerate(ends, start=1) if end > 0.1)


def test_a_quick_run_s_axis_is_ahead_of_it():
    # Ten steps an epoch; each takes 0.05 s in the first report, and then less.
    history = make_history([1.0] * 5)
    assert find_reach(history) == pytest.approx((5 + 10 / 0.1) / 10)
    history.apply([StepEnd(10, 1, (1.0,) * 5, 0.6, 0.1, 50.0, 0.51)])
    assert find_reach(history) == pytest.approx((10 + 10 / 0.1) / 10)
    assert find_reach(History()) == 0


@pytest.mark.parametrize(
    ("progress", "end"),
    [([(7, 7), (25, 25)], 25), ([(25, 25), (7, 7)], 25), ([(7, 7), (3, 1000)], 7), ([(30, 100), (40, 40)], 40)],
)
def test_of_several_runs_every_one_is_shown_as_far_as_it_has_come(progress, end):
    assert find_span(progress) == (0, end)


@pytest.mark.parametrize(
    ("shown", "step"), [((0, 14), 2), ((0, 5), 1), ((0, 16), 5), ((0, 0.1), 0.02), ((0.7, 9.1), 2), ((0, 1000), 200)]
)
def test_the_axis_s_labels_have_room(shown, step):
    assert tick_step(shown) == pytest.approx(step)
    axis = loss_chart([loss_data(History(), "run")], [()], shown)["xAxis"]
    assert axis["interval"] == pytest.approx(step)
    # An end that is no multiple of the step would stand beside the label before it.
    multiple = [abs(end / step - round(end / step)) < 1e-6 for end in shown]
    assert [axis["axisLabel"]["showMinLabel"], axis["axisLabel"]["showMaxLabel"]] == multiple


def test_a_learning_rate_set_by_hand_is_a_mark_where_it_was_set():
    history = make_history([1.0] * 20).apply([LrChanged(15, 0.05), LrChanged(20, 0.01)])
    marks = lr_marks(history)
    assert marks == (LrMark(1.5, 0.05), LrMark(2.0, 0.01))
    charts = [
        loss_chart([loss_data(history, "run")], [marks], (0, 2)),
        accuracy_chart([accuracy_data(history, "run")], [marks], (0, 2)),
    ]
    for chart in charts:
        [lines] = [series["markLine"]["data"] for series in chart["series"] if "markLine" in series]
        assert [(line["xAxis"], line["label"]["formatter"]) for line in lines] == [
            (1.5, "rate 0.05"),
            (2.0, "rate 0.01"),
        ]


def test_zoom_is_part_of_the_chart():
    chart = loss_chart([loss_data(make_history([1.0] * 20), "run")], [()], (0.5, 1.5))
    assert (chart["xAxis"]["min"], chart["xAxis"]["max"]) == (0.5, 1.5)
