"""How long a run will take, from the time of its steps."""

import pytest

from core.training.speed import cost_key, estimate_seconds, measure_each, measure_step_seconds
from tests.made import make_config


@pytest.mark.parametrize("arch", ["softmax", "numpy-mlp"])
def test_the_time_of_a_step_is_measured(arch):
    assert 0 < measure_step_seconds(make_config(arch=arch, optimizer="sgd", batch_size=8)) < 1


def test_each_of_several_steps_is_measured():
    small = make_config(arch="mlp", options={"hidden": (8,)}, batch_size=64)
    found = measure_each([small, small.replace(options={"hidden": (2048, 2048)})])
    assert found[1] > 3 * found[0] > 0


def test_a_larger_network_takes_longer():
    small = make_config(arch="mlp", options={"hidden": (8,)}, batch_size=64)
    large = make_config(arch="mlp", options={"hidden": (2048, 2048)}, batch_size=64)
    assert measure_step_seconds(large) > 3 * measure_step_seconds(small)


def test_a_run_takes_its_steps_and_its_measurements():
    # 1437 images to train on, 144 of them kept for validation; 360 of the test set.
    config = make_config(dataset="digits", batch_size=100, epochs=2, val_fraction=0.1)
    steps = 2 * 13
    assert estimate_seconds(config, 0.3) == pytest.approx(0.3 * steps + 0.1 * (2 * 144 + 360) / 100)
    watched = config.replace(watch_test=True)
    assert estimate_seconds(watched, 0.3) - estimate_seconds(config, 0.3) == pytest.approx(0.1 * 2 * 360 / 100)


def test_what_does_not_change_a_step_s_time_does_not_change_its_key():
    config = make_config(dataset="digits", batch_size=32)
    same = config.replace(lr=0.5, epochs=9, seed=7, watch_test=True, keep_best=False, val_fraction=0.2)
    assert cost_key(same) == cost_key(config)
    assert cost_key(config.replace(batch_size=64)) != cost_key(config)
    assert cost_key(config.replace(optimizer="sgd")) != cost_key(config)
