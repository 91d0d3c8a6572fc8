import pytest

from core.sweep.records import SweepStore
from core.sweep.search_space import SearchSpace
from core.sweep.trend import find_trends
from tests.sweeps import make_space, make_trials


@pytest.fixture
def trends_of(store):
    """The trends of a made sweep with these accuracies, row by row."""
    sweeps = SweepStore(store)

    def find(space, accuracies):
        return find_trends(space, sweeps.trials(make_trials(sweeps, space, accuracies)))

    return find


def test_means_are_taken_along_each_side(trends_of):
    lr, batch = trends_of(make_space(lr=(0.1, 0.2), batch_size=(8, 16, 32)), [0.5, 0.6, 0.7, 0.7, 0.8, 0.9])
    assert (lr.name, lr.values, lr.n_lines) == ("lr", (0.1, 0.2), 3)
    assert lr.means == pytest.approx((0.6, 0.8))
    assert (batch.name, batch.values, batch.n_lines) == ("batch_size", (8, 16, 32), 2)
    assert batch.means == pytest.approx((0.6, 0.7, 0.8))


def test_a_line_with_a_cell_that_has_no_result_is_left_out(trends_of):
    accuracies = [0.5, 0.625, 0.75, None, 0.875, 1.0]
    lr, batch = trends_of(make_space(lr=(0.1, 0.2), batch_size=(8, 16, 32)), accuracies)
    assert (lr.means, lr.n_lines) == ((0.6875, 0.9375), 2)
    assert (batch.means, batch.n_lines) == ((0.5, 0.625, 0.75), 1)


def test_without_a_whole_line_there_is_no_trend(trends_of):
    assert trends_of(make_space(lr=(0.1, 0.2), batch_size=(8, 16)), [0.5, None, None, 0.9]) == []
    assert trends_of(make_space(lr=(0.1,)), [0.5]) == []


@pytest.mark.parametrize(
    ("values", "accuracies", "text"),
    [
        ((8, 16, 32), (0.9, 0.8, 0.7), "Size: the smaller the better (90.00% at 8, 70.00% at 32)."),
        ((32, 8, 16), (0.9, 0.7, 0.8), "Size: the larger the better (90.00% at 32, 70.00% at 8)."),
        ((8, 16, 32), (0.8, 0.9, 0.7), "Size: 16 did best (90.00% at 16, 70.00% at 32)."),
        ((8, 16, 32), (0.8, 0.8, 0.9), "Size: 32 did best (90.00% at 32, 80.00% at 8)."),
        ((8, 16), (0.8, 0.8), "Size made no difference: 80.00% at every value."),
    ],
)
def test_the_sentence_says_what_the_means_say(trends_of, values, accuracies, text):
    [trend] = trends_of(make_space(batch_size=values), accuracies)
    assert trend.describe("Size") == text


def test_averages_are_called_so(trends_of):
    lr, _ = trends_of(make_space(lr=(0.1, 0.2), batch_size=(8, 16)), [0.5, 0.6, 0.7, 0.8])
    assert lr.describe("Rate") == "Rate: the larger the better (75.00% on average at 0.2, 55.00% at 0.1)."


@pytest.mark.parametrize(
    ("grid", "direction"),
    [
        ({"seed": (1, 2)}, 0),
        ({"optimizer": ("adam", "sgd")}, 0),
        ({"hidden": ("16", "32")}, 1),
        ({"hidden": ("32-16", "16")}, -1),
        ({"hidden": ("32-16", "16-32")}, 0),
        ({"lr": (0.2, 0.1)}, -1),
    ],
)
def test_only_what_has_a_size_can_be_larger(trends_of, grid, direction):
    base = make_space(lr=(0.1,)).base.replace(arch="mlp", options={})
    [trend] = trends_of(SearchSpace(base, grid), [0.5, 0.6])
    assert trend.direction == direction
