"""Sweeps that train each cell with several seeds."""

import pytest

from core.errors import ConfigError
from core.runs.record import SWEEP_TAG
from core.sweep.cells import best_cell, gather_cells
from core.sweep.differences import find_differences
from core.sweep.runner import run_sweep
from core.sweep.search_space import MAX_CELLS, SearchSpace
from core.sweep.table import sweep_csv
from tests.made import make_config
from tests.sweeps import Direct, add_trial, make_space, make_trials


@pytest.fixture
def cells_of(sweeps):
    """The cells of a made sweep with these accuracies, all cells with the first seed first."""

    def make(space, accuracies):
        return gather_cells(space, sweeps.trials(make_trials(sweeps, space, accuracies)))

    return make


def test_each_cell_has_consecutive_seeds_and_all_cells_have_the_first_one_first():
    space = make_space(3, lr=(0.1, 0.2))
    first = space.base.seed
    assert [(run.lr, run.seed - first) for run in space.runs()] == [
        (0.1, 0), (0.2, 0), (0.1, 1), (0.2, 1), (0.1, 2), (0.2, 2)
    ]  # fmt: skip
    assert str(space.describe_run(3)) == f"Learning rate 0.2 · Seed {first + 1}"
    assert space.run_name(3).startswith(f"Learning rate 0.2 · Seed {first + 1} · ")


def test_seeds_are_kept_and_an_old_record_has_one(sweeps):
    space = make_space(3, lr=(0.1, 0.2))
    assert sweeps.get(sweeps.create(space).id).space == space
    old = space.to_dict()
    del old["seeds"]
    assert SearchSpace.from_dict(old) == make_space(1, lr=(0.1, 0.2))


@pytest.mark.parametrize("seeds", [0, 11, 2.0, True, "2", None])
def test_another_number_of_seeds_is_refused(seeds):
    with pytest.raises(ConfigError, match="it must be a whole number from 1 to 10"):
        SearchSpace.from_dict(make_space(lr=(0.1,)).to_dict() | {"seeds": seeds})


def test_a_grid_over_seeds_has_no_seeds_of_its_own():
    with pytest.raises(ConfigError, match="varied by the grid already"):
        make_space(2, seed=(1, 2))


def test_seeds_count_for_the_size_of_a_sweep():
    many = tuple(range(1, MAX_CELLS // 2 + 1))
    assert len(make_space(2, batch_size=many).runs()) == MAX_CELLS
    with pytest.raises(ConfigError, match=r"600 networks \(200 cells, 3 seeds each\); at most 400"):
        make_space(3, batch_size=many)


def test_every_network_is_trained_as_a_run_of_its_own_and_a_resumed_sweep_trains_what_is_left(sweeps, tmp_path):
    sweep = sweeps.create(make_space(2, lr=(0.01, 0.1)))
    add_trial(sweeps.runs, sweep, 2, 0.5)
    trials = run_sweep(sweep, sweeps, tmp_path, Direct())
    first = sweep.space.base.seed
    assert [trial.status for trial in trials] == ["finished"] * 4
    assert trials[2].val_accuracy == 0.5
    assert [trial.record.tags for trial in trials] == [
        {SWEEP_TAG: sweep.id, "cell": cell, "seed": str(seed)} for seed in (first, first + 1) for cell in ("0", "1")
    ]
    assert [trial.record.config.seed for trial in trials] == [first, first, first + 1, first + 1]


def test_a_cell_has_the_mean_and_the_deviation_of_its_seeds(cells_of):
    low, high = cells_of(make_space(3, lr=(0.1, 0.2)), [0.7, 0.90, 0.8, 0.91, None, 0.95])
    assert (low.mean, low.deviation, low.status) == (pytest.approx(0.75), pytest.approx(0.0707107), "waiting")
    assert high.mean == pytest.approx(0.92)
    assert high.test_accuracy == pytest.approx(0.91)
    assert str(high.describe_result()) == "92.00% ± 2.65 over 3 seeds"


def test_the_best_cell_has_the_best_mean_and_no_failed_seed(sweeps, cells_of):
    space = make_space(2, lr=(0.1, 0.2, 0.3))
    assert best_cell(cells_of(space, [0.95, 0.90, 0.5, 0.80, 0.88, 0.5])).number == 1
    sweep = make_trials(sweeps, space, [0.8, 0.95, 0.5, 0.8, None, 0.5])
    add_trial(sweeps.runs, sweep, 4, reason="NaN")
    assert best_cell(gather_cells(space, sweeps.trials(sweep))).number == 0
    assert best_cell(cells_of(space, [])) is None


# Of the three cells the first is far from the best, the second is not.
THREE = [0.80, 0.90, 0.901, 0.81, 0.92, 0.918, 0.80, 0.91, 0.912]


def test_differences_that_are_more_than_chance_are_counted_and_the_others_named(cells_of):
    space = make_space(3, lr=(0.1, 0.2, 0.3))
    found = find_differences(space, cells_of(space, THREE))
    assert (found.best.number, found.alike) == (2, (1,))
    assert str(found.describe()) == (
        "Learning rate 0.3 is better than 1 of the other 2 cells by more than chance (paired t-test over 3 seeds, "
        "Holm’s correction, 5 %). Not clearly worse: Learning rate 0.2."
    )


def test_those_that_are_worse_are_counted_and_not_those_that_may_be_as_good(cells_of):
    space = make_space(3, lr=(0.1, 0.2, 0.3, 0.4))
    found = find_differences(
        space, cells_of(space, [0.70, 0.80, 0.90, 0.901, 0.71, 0.81, 0.92, 0.918, 0.7, 0.8, 0.91, 0.912])
    )
    assert (found.best.number, found.alike) == (3, (2,))
    assert "is better than 2 of the other 3 cells by more than chance" in str(found.describe())


def test_the_same_accuracies_in_another_order_of_seeds_are_other_pairs(cells_of):
    # Both cells vary by far more than they differ, but not with the same seed.
    space = make_space(3, lr=(0.1, 0.2))
    paired = find_differences(space, cells_of(space, [0.70, 0.711, 0.80, 0.81, 0.90, 0.909]))
    crossed = find_differences(space, cells_of(space, [0.70, 0.81, 0.80, 0.909, 0.90, 0.711]))
    assert (paired.alike, crossed.alike) == ((), (0,))
    assert str(paired.describe()).startswith("Learning rate 0.2 is better than every other cell by more than chance (")


def test_many_cells_without_a_shown_difference_are_counted(cells_of):
    space = make_space(3, lr=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6))
    # The last one is the best with one seed of three; the first is far off.
    alike = [[0.90, 0.91, 0.89, 0.92, 0.93], [0.92, 0.90, 0.93, 0.91, 0.92], [0.91, 0.92, 0.92, 0.90, 0.93]]
    found = find_differences(space, cells_of(space, [share for seed in alike for share in (0.2, *seed)]))
    assert (found.best.number, found.alike) == (5, (1, 2, 3, 4))
    assert str(found.describe()).endswith("Not clearly worse: the other 4.")
    # Three are few enough to be named.
    space = make_space(3, lr=(0.1, 0.2, 0.3, 0.4, 0.5))
    found = find_differences(space, cells_of(space, [share for seed in alike for share in (0.2, *seed[:3], seed[4])]))
    assert str(found.describe()).endswith("Not clearly worse: Learning rate 0.2; Learning rate 0.3; Learning rate 0.4.")


def test_two_seeds_are_said_to_show_little(cells_of):
    space = make_space(2, lr=(0.1, 0.2))
    found = find_differences(space, cells_of(space, [0.80, 0.90, 0.82, 0.90]))
    assert found.alike == (0,)
    assert str(found.describe()) == (
        "Learning rate 0.2 has the best mean, but with 2 seeds no other cell is clearly worse (paired t-test over 2 "
        "seeds, Holm’s correction, 5 %). Two seeds show only differences that are large and almost the same with both."
    )


def test_nothing_is_said_before_all_have_their_result_nor_of_one_seed(cells_of):
    space = make_space(3, lr=(0.1, 0.2, 0.3))
    assert find_differences(space, cells_of(space, [*THREE[:-1], None])) is None
    one = make_space(1, lr=(0.1, 0.2))
    assert find_differences(one, cells_of(one, [0.8, 0.9])) is None


def test_the_table_has_mean_deviation_count_and_p_value(cells_of):
    space = make_space(3, lr=(0.1, 0.2, 0.3))
    cells = cells_of(space, THREE)
    head, first, _, best = [line.split(",") for line in sweep_csv(space, cells).splitlines()]
    assert head == ["lr", "val_accuracy_mean", "val_accuracy_sd", "n", "p_value"]
    p_value = find_differences(space, cells).p_values[0]
    assert first == ["0.1", str(cells[0].mean), str(cells[0].deviation), "3", str(p_value)]
    assert (best[0], best[3:]) == ("0.3", ["3", ""])


def test_the_table_counts_the_seeds_that_have_finished(cells_of):
    space = make_space(3, lr=(0.1, 0.2))
    first, second = sweep_csv(space, cells_of(space, [0.7, 0.9, 0.7, None, None, None])).splitlines()[1:]
    assert (first, second) == ("0.1,0.7,0.0,2,", "0.2,0.9,,1,")


def test_the_table_shows_a_list_of_widths_as_it_is_typed(cells_of):
    space = SearchSpace(make_config(arch="mlp"), {"hidden": ((20, 10), (5,))})
    lines = sweep_csv(space, cells_of(space, [0.7, 0.9])).splitlines()[1:]
    assert [line.split(",0.")[0] for line in lines] == ["20-10", "5"]
