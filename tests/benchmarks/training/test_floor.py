"""The floor takes as many steps as a training, in a process of its own."""

import pytest

from benchmarks.training.floor import count_steps, measure_floor
from benchmarks.training.speed import compared_config
from benchmarks.training.trial import run_trial
from core.config.recipes import find_recipe
from core.settings import DATA_VARIABLE


def test_the_floor_takes_all_steps():
    config = compared_config(find_recipe("fashion-softmax"), 1, 1024, epochs=3)
    assert count_steps(config) == 4 * 3
    assert count_steps(config.replace(train_images=1024 + 100)) == 4 * 3
    floor = measure_floor(config)
    assert floor.flops == 12 * 2 * (2 * 256 * 784 * 10)
    assert floor.spent.processor > 0
    assert sum(floor.libraries.values()) == 2


def test_a_trial_runs_in_a_process_of_its_own():
    config = compared_config(find_recipe("fashion-softmax"), 1, 512, epochs=2)
    figures = run_trial("floor", config)
    assert figures["flops"] == 2 * 2 * (2 * 256 * 784 * 10)
    assert figures["processor"] > 0


def test_a_trial_that_fails_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    config = compared_config(find_recipe("fashion-softmax"), 1, 512, epochs=1)
    with pytest.raises(ChildProcessError, match="DataMissing"):
        run_trial("ours", config)
