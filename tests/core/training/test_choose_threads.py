"""The number of threads comes from a measurement that other work on the machine does not mislead."""

import pytest

from core.training import choose_threads as module
from core.training.choose_threads import choose_threads
from tests.made import make_config


@pytest.fixture
def machine(monkeypatch):
    """Makes the machine have so many processors and take these seconds a step by the number of threads."""

    def have(processors, seconds):
        monkeypatch.setattr(module.os, "sched_getaffinity", lambda _: set(range(processors)), raising=False)
        timings = {count: iter(values) for count, values in seconds.items()}
        monkeypatch.setattr(module, "measure_step_seconds", lambda config: next(timings[config.threads]))

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
        (2, {1: (1.0, 1.0), 2: (3.0, 3.0)}, 1),
        # Two do not gain, four do.
        (6, {1: (1.0, 1.0), 2: (0.95, 0.95), 4: (0.5, 0.5)}, 4),
    ],
)
def test_the_fewest_threads_from_which_more_do_not_gain(machine, processors, seconds, chosen):
    machine(processors, seconds)
    assert choose_threads(make_config(threads=0)) == chosen
