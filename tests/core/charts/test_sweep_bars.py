import pytest

from core.charts.sweep_bars import sweep_bars
from core.sweep.cells import gather_cells
from core.sweep.records import SweepStore
from tests.sweeps import make_space, make_trials


@pytest.fixture
def bars_of(store):
    sweeps = SweepStore(store)

    def make(space, accuracies):
        return sweep_bars(space, gather_cells(space, sweeps.trials(make_trials(sweeps, space, accuracies))))

    return make


def test_a_point_is_the_mean_and_its_bar_the_deviation(bars_of):
    bars = bars_of(make_space(2, lr=(0.1, 0.2, 0.3)), [0.7, None, 0.90, 0.8])
    assert (str(bars.title), [str(name) for name in bars.names]) == ("Learning rate", ["0.1", "0.3"])
    assert bars.means == pytest.approx((75, 90))
    assert bars.deviations == (pytest.approx(7.0710678), None)


def test_two_settings_one_seed_or_no_result_have_no_bars(bars_of):
    assert bars_of(make_space(2, lr=(0.1, 0.2), batch_size=(8,)), [0.7, 0.8]) is None
    assert bars_of(make_space(1, lr=(0.1, 0.2)), [0.7, 0.8]) is None
    assert bars_of(make_space(2, lr=(0.1, 0.2)), []) is None
