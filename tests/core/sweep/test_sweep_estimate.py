import math
from dataclasses import replace

import pytest

from core.data.catalog import find_dataset
from core.runs.record import FINISHED, STOPPED, RunState, write_state
from core.sweep.estimate import (
    Speed,
    cells_to_time,
    fit_speed,
    seconds_left,
    seconds_of_all,
    seconds_of_run,
    speed_of_similar,
)
from core.sweep.search_space import SearchSpace
from core.training.speed import estimate_seconds
from tests.made import make_config
from tests.pages.made_runs import make_result, make_run
from tests.sweeps import add_trial, make_space, make_trials

N_TRAIN = make_config().count_train(find_dataset("digits").n_train)


def records(sweeps, store, seconds_by_batch):
    sweep = sweeps.create(make_space(batch_size=list(seconds_by_batch)))
    return [add_trial(store, sweep, n, 0.9, seconds=s) for n, s in enumerate(seconds_by_batch.values())]


def n_steps(batch_size):
    return math.ceil(N_TRAIN / batch_size)


def test_the_work_of_a_configuration_is_its_steps_and_images():
    assert Speed(1.0, 0.0).seconds(make_config(batch_size=64, epochs=3)) == 3 * n_steps(64)
    assert Speed(0.0, 1.0).seconds(make_config(batch_size=64, epochs=3)) == 3 * N_TRAIN


def test_costs_of_steps_and_images_are_told_apart(sweeps, store):
    runs = records(sweeps, store, {batch: 0.01 * n_steps(batch) + 0.002 * N_TRAIN for batch in (8, 32, 128)})
    speed = fit_speed(runs)
    assert speed.per_step == pytest.approx(0.01)
    assert speed.per_image == pytest.approx(0.002)


def test_no_cost_is_negative(sweeps, store):
    # More steps in less time: steps seem to be worth something.
    speed = fit_speed(records(sweeps, store, {8: 1.0, 32: 2.0}))
    assert speed.per_step == 0.0
    assert 1.0 < speed.seconds(make_config(epochs=1)) < 2.0
    # Four times the steps in eight times the time: images seem to be worth something.
    speed = fit_speed(records(sweeps, store, {8: 8.0, 32: 1.0}))
    assert speed.per_image == 0.0


def test_runs_of_no_time_and_runs_with_images_of_their_own_tell_nothing(sweeps, store):
    first, instant, taught = records(sweeps, store, {16: 4.0, 17: 0.0, 18: 100.0})
    taught.extra_file.write_bytes(b"images")
    assert fit_speed([first, instant, taught]) == fit_speed([first])
    assert fit_speed([instant, taught]) is None


def test_one_batch_size_alone_gives_half_the_time_to_each(sweeps, store):
    speed = fit_speed(records(sweeps, store, {16: 4.0}))
    assert speed.seconds(make_config(batch_size=16, epochs=1)) == pytest.approx(4.0)
    assert speed.per_image * N_TRAIN == pytest.approx(2.0)


def test_without_finished_runs_nothing_is_known(sweeps, store):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    assert fit_speed([add_trial(store, sweep, 0)]) is None
    assert seconds_left(sweeps.trials(sweep), None) is None


def test_similar_runs_are_of_the_same_architecture_and_the_users_own_first(sweeps, store):
    slow, fast = records(sweeps, store, {16: 8.0, 17: 2.0})
    bundled = replace(slow, bundled=True)
    assert speed_of_similar([fast, bundled], "softmax") == fit_speed([fast])
    assert speed_of_similar([bundled], "softmax") == fit_speed([slow])
    assert speed_of_similar([fast], "cnn") is None


def test_time_left_counts_what_is_not_settled_shared_among_those_at_work(sweeps, store, monkeypatch):
    sweep = make_trials(sweeps, make_space(seed=(1, 2, 3, 4)), [0.9])
    assert seconds_left(sweeps.trials(sweep), None) == pytest.approx(6.0)
    add_trial(store, sweep, 1, reason="nan")
    assert seconds_left(sweeps.trials(sweep), None) == pytest.approx(4.0)
    half = add_trial(store, sweep, 2)
    write_state(half.path, RunState("running", step=1, total_steps=2))
    monkeypatch.setattr("core.runs.record.is_locked", lambda _: True)
    assert seconds_left(sweeps.trials(sweep), None) == pytest.approx(3.0)
    second = add_trial(store, sweep, 3)
    write_state(second.path, RunState("running", step=1, total_steps=2))
    assert seconds_left(sweeps.trials(sweep), None) == pytest.approx(1.0)


def test_before_the_first_trial_is_done_the_speed_of_other_runs_is_taken(sweeps):
    sweep = sweeps.create(make_space(seed=(1, 2)))
    assert seconds_left(sweeps.trials(sweep), Speed(0.0, 1.0)) == 2 * N_TRAIN


def test_cells_that_are_trained_together_count_as_one_call(sweeps, store, monkeypatch):
    config = make_config(arch="mlp", optimizer="sgd", epochs=1)
    sweep = sweeps.create(SearchSpace(config, {"lr": (0.1, 0.2, 0.3), "batch_size": (16, 32)}))
    for number in range(4):
        half = add_trial(store, sweep, number)
        write_state(half.path, RunState("running", step=1, total_steps=2))
    monkeypatch.setattr("core.runs.record.is_locked", lambda _: True)
    # Two batch sizes are at work, and four of six cells are halfway.
    assert seconds_left(sweeps.trials(sweep), Speed(0.0, 1.0)) == 4 * N_TRAIN / 2


def test_each_kind_of_step_is_timed_once_and_no_more_than_sixteen():
    space = make_space(lr=(0.1, 0.2), batch_size=(8, 16, 32))
    assert [config.batch_size for config in cells_to_time(space.runs())] == [8, 16, 32]
    many = make_space(batch_size=tuple(range(8, 40)), lr=(0.1, 0.2)).runs()
    timed = cells_to_time(many)
    assert len({config.batch_size for config in timed}) == len(timed) == 16
    assert timed == cells_to_time(many)


def test_a_sweep_takes_what_its_cells_take_and_less_where_they_are_trained_together():
    # Adam's cells are trained one by one, plain gradient descent's together.
    for optimizer, gain in (("adam", 1.0), ("sgd", 1.8)):
        base = make_config(optimizer=optimizer, epochs=2)
        configs = [base.replace(batch_size=size, lr=lr) for size in (8, 16) for lr in (0.1, 0.2)]
        found = seconds_of_all(configs, {configs[0]: 0.5, configs[2]: 0.25})
        alone = 2 * (estimate_seconds(configs[0], 0.5) + estimate_seconds(configs[2], 0.25))
        assert found == pytest.approx(alone / gain + 4 * 0.15)
    # A cell that was not timed counts as the mean of those that were, and one without company is not trained together.
    lonely = [configs[0], configs[2].replace(batch_size=32)]
    assert seconds_of_all(lonely, {configs[0]: 0.5}) == pytest.approx(2 * (estimate_seconds(configs[0], 0.5) + 0.15))


@pytest.fixture
def run(store):
    """Adds a finished run that took these seconds; the later it is added, the later it was made."""
    made = []

    def add(seconds, status=FINISHED, tags=None, **config):
        number = len(made)
        record = make_run(store, f"r{number}", "", RunState(status), make_result(seconds=seconds), tags, **config)
        made.append(replace(record, created=f"2026-01-01T00:00:{number:02}+00:00"))
        return made[-1]

    return add


def test_a_run_s_time_is_that_of_the_latest_ones_of_its_cost(run):
    config, step = make_config(epochs=6), [1.0]
    assert seconds_of_run(config, [], step) == estimate_seconds(config, 1.0)
    runs = [run(seconds, epochs=6, lr=0.5) for seconds in (99.0, 99.0, 20.0, 25.0, 99.0)]
    assert seconds_of_run(config, runs, step) == pytest.approx(25.0)
    assert seconds_of_run(config, runs[:1], None) == pytest.approx(99.0)
    # Half of the epochs take half of the time, but for the test at the end.
    assert seconds_of_run(config.replace(epochs=3), runs[3:4], step) == pytest.approx(12.5, rel=0.05)


def test_runs_of_another_cost_and_runs_cut_short_say_nothing_of_a_run_s_time(run):
    config = make_config(epochs=6)
    others = [
        run(9.0, STOPPED, epochs=6),
        run(9.0, epochs=6, batch_size=7),
        run(9.0, epochs=6, arch="mlp"),
        run(9.0, epochs=6, tags={"sweep": "s"}),
        replace(run(9.0, epochs=6), bundled=True),
    ]
    taught = run(9.0, epochs=6)
    taught.extra_file.write_bytes(b"images")
    assert seconds_of_run(config, [*others, taught], [1.0]) == estimate_seconds(config, 1.0)


def test_without_a_timed_step_a_run_s_time_is_by_runs_of_its_architecture(run):
    config = make_config(epochs=6)
    similar = [run(9.0, batch_size=7)]
    assert seconds_of_run(config, similar, None) == fit_speed(similar).seconds(config)
    assert seconds_of_run(config, similar, []) == fit_speed(similar).seconds(config)
    assert seconds_of_run(config, [], None) is None
