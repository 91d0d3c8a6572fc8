import pytest

from core.sweep.cells import gather_cells
from core.sweep.records import SweepStore
from core.sweep.search_space import SearchSpace
from core.sweep.trend import find_trends
from tests.sweeps import make_space, make_trials


@pytest.fixture
def trends_of(store):
    """The trends of a made sweep with these accuracies, row by row."""
    sweeps = SweepStore(store)

    def find(space, accuracies):
        return find_trends(space, gather_cells(space, sweeps.trials(make_trials(sweeps, space, accuracies))))

    return find


def test_means_are_taken_along_each_side(trends_of):
    lr, batch = trends_of(make_space(lr=(0.1, 0.2), batch_size=(8, 16, 32)), [0.5, 0.6, 0.7, 0.7, 0.8, 0.9])
    assert (lr.name, lr.values, len(lr.lines)) == ("lr", (0.1, 0.2), 3)
    assert lr.means == pytest.approx((0.6, 0.8))
    assert (batch.name, batch.values, len(batch.lines)) == ("batch_size", (8, 16, 32), 2)
    assert batch.means == pytest.approx((0.6, 0.7, 0.8))


def test_a_line_with_a_cell_that_has_no_result_is_left_out(trends_of):
    accuracies = [0.5, 0.625, 0.75, None, 0.875, 1.0]
    lr, batch = trends_of(make_space(lr=(0.1, 0.2), batch_size=(8, 16, 32)), accuracies)
    assert (lr.means, len(lr.lines)) == ((0.6875, 0.9375), 2)
    assert (batch.means, len(batch.lines)) == ((0.5, 0.625, 0.75), 1)


def test_without_a_whole_line_there_is_no_trend(trends_of):
    assert trends_of(make_space(lr=(0.1, 0.2), batch_size=(8, 16)), [0.5, None, None, 0.9]) == []
    assert trends_of(make_space(lr=(0.1,)), [0.5]) == []


@pytest.mark.parametrize(
    ("values", "accuracies", "text"),
    [
        ((8, 16, 32), (0.9, 0.8, 0.7), "Batch size: the smaller the better (90.00% at 8, 70.00% at 32)."),
        ((32, 8, 16), (0.9, 0.7, 0.8), "Batch size: the larger the better (90.00% at 32, 70.00% at 8)."),
        ((8, 16, 32), (0.8, 0.9, 0.7), "Batch size: best at 16 (90.00%), worst at 32 (70.00%)."),
        ((8, 16, 32), (0.8, 0.8, 0.9), "Batch size: best at 32 (90.00%), worst at 8 (80.00%)."),
    ],
)
def test_the_sentence_says_what_the_means_say_and_that_it_was_one_seed(trends_of, values, accuracies, text):
    [trend] = trends_of(make_space(batch_size=values), accuracies)
    assert str(trend.describe()) == f"{text} Measured with one seed."


def test_equal_means_are_no_difference(trends_of):
    [trend] = trends_of(make_space(batch_size=(8, 16)), (0.8, 0.8))
    assert str(trend.describe()) == "Batch size made no difference: 80.00% at every value."


def test_averages_are_called_so_and_two_values_are_no_trend(trends_of):
    lr, _ = trends_of(make_space(lr=(0.1, 0.2), batch_size=(8, 16)), [0.5, 0.6, 0.7, 0.8])
    assert str(lr.describe()) == (
        "Learning rate: best at 0.2 (75.00% on average), worst at 0.1 (55.00% on average). Measured with one seed."
    )


def test_a_difference_that_few_images_can_make_is_called_chance(trends_of):
    space = make_space(lr=(0.1, 0.2, 0.3))
    [trend] = trends_of(space, [0.90, 0.905, 0.91])
    # Two binomial standard errors of a difference of two accuracies, each near 0.9.
    assert trend.chance == pytest.approx(2 * (2 * 0.0859 / space.n_val) ** 0.5, rel=1e-3)
    assert str(trend.describe()) == (
        "Learning rate: the larger the better (91.00% at 0.3, 90.00% at 0.1). With one seed and "
        f"{space.n_val} validation images, a difference of up to {100 * trend.chance:.1f} percentage points can be "
        "chance."
    )


def test_several_seeds_tell_what_is_chance(trends_of):
    space = make_space(lr=(0.1, 0.2), seed=(1, 2, 3))
    unsure, seeds = trends_of(space, [0.90, 0.91, 0.92, 0.93, 0.90, 0.92])
    # The differences of the three pairs are 3, -1 and 0 points; their deviation is 2.08. Of Student's
    # distribution with two degrees of freedom, 95 % lie within 4.3027.
    assert unsure.chance == pytest.approx(4.3027 * 0.0208167 / 3**0.5, rel=1e-4)
    assert str(unsure.describe()) == (
        "Learning rate: best at 0.2 (91.67% on average), worst at 0.1 (91.00% on average). "
        "Over 3 seeds, a difference of up to 5.2 percentage points can be chance."
    )
    assert str(seeds.describe()).endswith("by chance alone.")
    sure, _ = trends_of(space, [0.80, 0.81, 0.82, 0.90, 0.91, 0.925])
    assert str(sure.describe()) == ("Learning rate: best at 0.2 (91.17% on average), worst at 0.1 (81.00% on average).")


@pytest.mark.parametrize(
    ("grid", "accuracies", "direction"),
    [
        ({"seed": (1, 2, 3)}, (0.5, 0.6, 0.7), 1),
        ({"optimizer": ("adam", "sgd", "adamw")}, (0.5, 0.6, 0.7), 0),
        ({"hidden": ("16", "32", "64")}, (0.5, 0.6, 0.7), 1),
        ({"hidden": ("32-32", "32-16", "16")}, (0.5, 0.6, 0.7), -1),
        ({"hidden": ("32-16", "16-32", "64")}, (0.5, 0.6, 0.7), 0),
        ({"hidden": ("16", "8-8", "32", "64")}, (0.5, 0.6, 0.7, 0.8), 0),
        ({"lr": (0.3, 0.2, 0.1)}, (0.5, 0.6, 0.7), -1),
        ({"lr": (0.1, 0.2, 0.3)}, (0.5, 0.7, 0.6), 0),
        ({"lr": (0.2, 0.1)}, (0.5, 0.6), 0),
    ],
)
def test_only_three_sizes_or_more_have_a_direction(trends_of, grid, accuracies, direction):
    base = make_space(lr=(0.1,)).base.replace(arch="mlp", options={})
    [trend] = trends_of(SearchSpace(base, grid), accuracies)
    assert trend.direction == direction


def test_seeds_of_each_cell_are_paired_too(trends_of):
    # The rows are of one seed each; lr 0.1 and 0.2 with batches of 8 and 16.
    accuracies = [0.80, 0.82, 0.90, 0.92, 0.81, 0.83, 0.92, 0.94, 0.79, 0.81, 0.90, 0.92]
    lr, batch = trends_of(make_space(3, lr=(0.1, 0.2), batch_size=(8, 16)), accuracies)
    assert lr.lines == (
        pytest.approx((0.81, 0.91)),
        pytest.approx((0.82, 0.93)),
        pytest.approx((0.80, 0.91)),
    )
    assert str(lr.describe()) == "Learning rate: best at 0.2 (91.67% on average), worst at 0.1 (81.00% on average)."
    # Between the batch sizes lie two points with every seed.
    assert str(batch.describe()).endswith("All 3 seeds say the same, so how much is chance is not known.")


def test_a_cell_without_one_of_its_seeds_has_no_part_in_a_trend(trends_of):
    accuracies = [0.5, 0.6, 0.7, 0.8, 0.5, None, 0.75, 0.85]
    [lr, batch] = trends_of(make_space(2, lr=(0.1, 0.2), batch_size=(8, 16)), accuracies)
    assert lr.means == pytest.approx((0.5, 0.725))
    assert batch.means == pytest.approx((0.725, 0.825))
