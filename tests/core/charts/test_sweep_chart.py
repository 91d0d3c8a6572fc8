import pytest

from core.charts.sweep import sweep_chart, sweep_data
from core.runs.record import RunState, write_state
from core.storage.locks import hold_in_queue
from core.sweep.records import SweepStore
from tests.sweeps import add_trial, make_space, make_trials

TITLES = ("Learning rate", "Batch size")


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
    yield sweep_data(space, sweeps.trials(sweep), TITLES)
    lock.release()


def test_each_cell_shows_its_result_or_its_state(data):
    assert data.texts == (("80.00", "★ 95.00", "✕"), ("‖", "…", "·"))


def test_sides_are_the_two_settings(data):
    assert data.rows == ("Learning rate", ("0.1", "0.2"))
    assert data.columns == ("Batch size", ("8", "16", "32"))


def test_results_are_tinted_and_states_marked(data):
    assert data.finished == ((0.0, 1.0, None), (None, None, None))
    assert data.active == ((None, None, None), (None, 1.0, None))
    assert data.failed == ((None, None, 1.0), (None, None, None))
    assert data.open == ((None, None, None), (1.0, None, 1.0))


def test_each_halving_of_the_mistakes_is_an_equal_step_of_the_tint(sweeps):
    space = make_space(lr=(0.1, 0.2, 0.3, 0.4))
    data = sweep_data(space, sweeps.trials(make_trials(sweeps, space, [0.2, 0.6, 0.8, 0.9])), TITLES[:1])
    assert data.finished[0] == pytest.approx((0, 1 / 3, 2 / 3, 1))


def test_equal_and_perfect_results_have_a_tint_too(sweeps):
    space = make_space(lr=(0.1, 0.2))
    for accuracies in ([0.9, 0.9], [1.0, 1.0]):
        data = sweep_data(space, sweeps.trials(make_trials(sweeps, space, accuracies)), TITLES[:1])
        assert data.finished == ((1.0, 1.0),)
    assert sweep_data(space, sweeps.trials(make_trials(sweeps, space, [0.9, 1.0])), TITLES[:1]).finished[0][1] == 1.0


def test_one_setting_is_a_single_row(sweeps):
    space = make_space(lr=(0.1, 0.2))
    data = sweep_data(space, sweeps.trials(sweeps.create(space)), TITLES[:1])
    assert data.rows == ("", ("",))
    assert data.columns == ("Learning rate", ("0.1", "0.2"))
    assert data.texts == (("·", "·"),)


def test_hovering_tells_the_values_and_the_result_or_the_reason(data):
    assert data.hovers[0][1] == "<b>learning rate 0.1, batch size 16</b><br>Validation accuracy 95.00%"
    assert data.hovers[0][2] == "<b>learning rate 0.1, batch size 32</b><br>Failed<br>The loss became nan in step 3."
    assert data.hovers[1][2] == "<b>learning rate 0.2, batch size 32</b><br>Waiting"


def test_every_cell_of_the_chart_can_be_clicked(data):
    chart = sweep_chart(data)
    targets = chart.data[-1]
    cells = dict(zip(zip(targets.y, targets.x, strict=True), targets.hovertext, strict=True))
    assert len(cells) == 6
    assert cells[0, 2].startswith("<b>learning rate 0.1, batch size 32</b>")
    assert cells[1, 0].startswith("<b>learning rate 0.2, batch size 8</b>")
    assert chart.layout.xaxis.title.text == "Batch size"
    assert chart.layout.yaxis.ticktext == ("0.1", "0.2")
