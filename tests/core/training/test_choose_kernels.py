"""What a run leaves open comes from a measurement that other work on the machine does not mislead."""

import pytest

from core.training import choose_kernels as module
from core.training.choose_kernels import choose_kernels
from tests.made import make_config


@pytest.fixture
def machine(monkeypatch):
    """Makes the machine have so many processors and take these seconds a step by threads and gradients."""

    def have(processors, seconds):
        # This process is number 0; another one may use one more.
        monkeypatch.setattr(
            module.os, "sched_getaffinity", lambda process: set(range(processors + bool(process))), raising=False
        )
        timings = {count: iter(values) for count, values in seconds.items()}
        monkeypatch.setattr(
            module, "measure_step_seconds", lambda config: next(timings[config.threads, config.gradients])
        )

    return have


@pytest.mark.parametrize(
    ("processors", "seconds", "chosen"),
    [
        # One processor needs no measurement.
        (1, {}, 1),
        (2, {1: (1.0, 1.0), 2: (0.6, 0.6)}, 2),
        # A gain of less than a tenth is none.
        (2, {1: (1.0, 1.0), 2: (0.95, 0.95)}, 1),
        # What was slow once, beside other work, counts by its better time.
        (2, {1: (1.0, 1.0), 2: (4.0, 0.6)}, 2),
        (2, {1: (1.0, 1.0), 2: (0.6, 4.0)}, 2),
        (2, {1: (1.0, 1.0), 2: (3.0, 3.0)}, 1),
        # Two do not gain, four do.
        (6, {1: (1.0, 1.0), 2: (0.95, 0.95), 4: (0.5, 0.5)}, 4),
    ],
)
def test_the_fewest_threads_from_which_more_do_not_gain(machine, processors, seconds, chosen):
    machine(processors, {(count, "by-hand"): timings for count, timings in seconds.items()})
    assert choose_kernels(make_config(threads=0)) == make_config(threads=chosen)


def test_a_system_that_does_not_say_what_a_process_may_use_lets_it_use_all_processors(machine, monkeypatch):
    machine(1, {(1, "by-hand"): (1.0, 1.0), (2, "by-hand"): (0.6, 0.6)})
    monkeypatch.delattr(module.os, "sched_getaffinity")
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    assert choose_kernels(make_config(threads=0)).threads == 2


def test_no_more_threads_are_tried_than_a_run_may_have(machine, monkeypatch):
    monkeypatch.setattr(module, "MOST_THREADS", 2)
    machine(4, {(1, "by-hand"): (1.0, 1.0), (2, "by-hand"): (0.6, 0.6)})
    assert choose_kernels(make_config(threads=0)).threads == 2


@pytest.mark.parametrize(
    ("by_hand", "by_autograd", "chosen"),
    [
        ((1.0, 1.0), (2.0, 2.0), "by-hand"),
        ((1.0, 1.0), (0.95, 0.95), "by-hand"),
        ((1.0, 1.0), (0.5, 0.5), "autograd"),
        ((1.0, 0.4), (0.5, 0.5), "by-hand"),
    ],
)
def test_autograd_has_to_gain_a_tenth(machine, by_hand, by_autograd, chosen):
    machine(4, {(3, "by-hand"): by_hand, (3, "autograd"): by_autograd})
    config = make_config(threads=3, gradients="auto")
    assert choose_kernels(config) == config.replace(gradients=chosen)


def test_threads_and_gradients_are_chosen_together(machine):
    seconds = {(1, "by-hand"): 1.0, (1, "autograd"): 1.1, (2, "by-hand"): 0.95, (2, "autograd"): 0.6}
    machine(2, {candidate: (value, value) for candidate, value in seconds.items()})
    found = choose_kernels(make_config(threads=0, gradients="auto"))
    assert (found.threads, found.gradients) == (2, "autograd")
