import pytest

from core.charts.sweep import sweep_data
from core.runs.record import RunState, write_state
from core.storage.locks import hold_in_queue
from core.sweep.cells import gather_cells
from core.sweep.records import SweepStore
from tests.sweeps import add_trial, make_space, make_trials


@pytest.fixture
def sweeps(store):
    return SweepStore(store)


@pytest.fixture
def data(sweeps, store):
    """Finished, best and failed above; stopped, running and waiting below."""
    space = make_space(lr=(0.1, 0.2), batch_size=(8, 16, 32))
    sweep = make_trials(sweeps, space, [0.8, 0.95])
    add_trial(store, sweep, 2, reason="The loss became nan in step 3.")
    add_trial(store, sweep, 3)
    running = add_trial(store, sweep, 4)
    write_state(running.path, RunState("running"))
    lock = hold_in_queue(running.path)
    yield chart_of(space, sweeps.trials(sweep))
    lock.release()


def chart_of(space, trials):
    return sweep_data(space, gather_cells(space, trials))


def written(axis):
    """The title and the names of a side, in English."""
    return str(axis.title), [str(name) for name in axis.names]


def test_each_cell_shows_its_result_or_its_state(data):
    assert data.texts == (("80.00", "★ 95.00", "✕"), ("‖", "…", "·"))


def test_sides_are_the_two_settings(data):
    assert written(data.rows) == ("Learning rate", ["0.1", "0.2"])
    assert written(data.columns) == ("Batch size", ["8", "16", "32"])


def test_results_are_tinted_and_states_marked(data):
    assert data.finished == ((0.0, 1.0, None), (None, None, None))
    assert data.active == ((None, None, None), (None, 1.0, None))
    assert data.failed == ((None, None, 1.0), (None, None, None))
    assert data.open == ((None, None, None), (1.0, None, 1.0))


def test_each_halving_of_the_mistakes_is_an_equal_step_of_the_tint(sweeps):
    space = make_space(lr=(0.1, 0.2, 0.3, 0.4))
    data = chart_of(space, sweeps.trials(make_trials(sweeps, space, [0.2, 0.6, 0.8, 0.9])))
    assert data.finished[0] == pytest.approx((0, 1 / 3, 2 / 3, 1))


def test_equal_and_perfect_results_have_a_tint_too(sweeps):
    space = make_space(lr=(0.1, 0.2))
    for accuracies in ([0.9, 0.9], [1.0, 1.0]):
        data = chart_of(space, sweeps.trials(make_trials(sweeps, space, accuracies)))
        assert data.finished == ((1.0, 1.0),)
    assert chart_of(space, sweeps.trials(make_trials(sweeps, space, [0.9, 1.0]))).finished[0][1] == 1.0


def test_one_setting_is_a_single_row(sweeps):
    space = make_space(lr=(0.1, 0.2))
    data = chart_of(space, sweeps.trials(sweeps.create(space)))
    assert written(data.rows) == ("", [""])
    assert written(data.columns) == ("Learning rate", ["0.1", "0.2"])
    assert data.texts == (("·", "·"),)


def test_hovering_tells_the_values_and_the_result_or_the_reason(data):
    above = [[str(line) for line in cell] for cell in data.hovers[0]]
    assert above[1] == ["Learning rate 0.1 · Batch size 16", "Validation accuracy 95.00%"]
    assert above[2] == ["Learning rate 0.1 · Batch size 32", "failed", "The loss became nan in step 3."]
    assert [str(line) for line in data.hovers[1][2]] == ["Learning rate 0.2 · Batch size 32", "waiting"]


def test_choices_are_called_as_in_the_forms(sweeps):
    space = make_space(optimizer=("sgd", "adam"))
    assert written(chart_of(space, sweeps.trials(sweeps.create(space))).columns) == ("Optimizer", ["SGD", "Adam"])


def test_several_seeds_show_the_mean_its_spread_and_what_may_be_chance(sweeps):
    space = make_space(3, lr=(0.1, 0.2, 0.3))
    accuracies = [0.80, 0.90, 0.901, 0.81, 0.92, 0.918, 0.80, 0.91, 0.912]
    data = chart_of(space, sweeps.trials(make_trials(sweeps, space, accuracies)))
    assert data.texts == (("80.33\n± 0.58", "☆ 91.00\n± 1.00", "★ 91.03\n± 0.86"),)
    assert [[str(line) for line in cell] for cell in data.hovers[0][:2]] == [
        ["Learning rate 0.1", "Validation accuracy 80.33% ± 0.58 over 3 seeds"],
        [
            "Learning rate 0.2",
            "Validation accuracy 91.00% ± 1.00 over 3 seeds",
            "Not clearly worse than the best cell.",
        ],
    ]


def test_a_failed_seed_is_marked_beside_the_mean_of_the_others(sweeps, store):
    space = make_space(2, lr=(0.1, 0.2))
    sweep = make_trials(sweeps, space, [0.8, 0.7, None, 0.7])
    add_trial(store, sweep, 2, reason="NaN")
    data = chart_of(space, sweeps.trials(sweep))
    assert data.texts == (("✕ 80.00", "★ 70.00\n± 0.00"),)
    assert (data.failed, data.open) == (((1.0, None),), ((None, None),))
