"""How long a run will take, from the time of its steps."""

from types import SimpleNamespace

import pytest

from core.training import speed
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


@pytest.fixture
def take(monkeypatch):
    """Measures steps of `work` seconds each beside other work, for which step n waits `wait(n)` seconds."""

    def measure(device, threads, work, wait):
        now = {"wall": 0.0, "processor": 0.0, "steps": 0}

        def train_step(*_):
            now["steps"] += 1
            now["processor"] += work
            now["wall"] += work + wait(now["steps"])

        learner = SimpleNamespace(device=device, train_step=train_step, take_metrics=lambda: None)
        clocks = SimpleNamespace(perf_counter=lambda: now["wall"], process_time=lambda: now["processor"])
        monkeypatch.setattr(speed, "time", clocks)
        monkeypatch.setattr(speed, "warmed_up_learner", lambda *_: learner)
        [found] = measure_each([make_config(threads=threads)])
        return found, now["wall"]

    return measure


@pytest.mark.parametrize("work", [0.0005, 0.2])
def test_a_step_of_one_thread_does_not_count_what_it_waits_for_other_work(take, work):
    assert take("cpu", 1, work, lambda _: 10 * work)[0] == pytest.approx(work)


@pytest.mark.parametrize(("device", "threads"), [("cuda", 1), ("cpu", 2)])
def test_a_step_elsewhere_is_as_quick_as_in_the_quickest_moments(take, device, threads):
    assert take(device, threads, 0.001, lambda step: 0.02 * (step % 10 == 0))[0] == pytest.approx(0.001)


def test_other_work_does_not_make_the_measurement_longer(take):
    assert take("cpu", 1, 0.001, lambda _: 0.05)[1] < 0.4


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
