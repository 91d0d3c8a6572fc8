import math
from dataclasses import replace

import pytest

from core.data.catalog import find_dataset
from core.runs.record import RunState, write_state
from core.sweep.estimate import Speed, fit_speed, seconds_left, speed_of_similar
from core.sweep.records import SweepStore
from core.sweep.search_space import SearchSpace
from tests.made import make_config
from tests.sweeps import add_trial, make_space, make_trials

N_TRAIN = make_config().count_train(find_dataset("digits").n_train)


@pytest.fixture
def sweeps(store):
    return SweepStore(store)


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
