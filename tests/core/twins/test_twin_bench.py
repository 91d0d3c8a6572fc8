"""How far one reader's twins have come."""

import numpy as np
import pytest

from core.texts.message import NO_MESSAGE, message
from core.twins.session import TwinBench
from core.twins.setup import MAX_STEPS, TwinChunk, TwinSetup, TwinState, TwinStep, start_twins

SETUP = TwinSetup("digits", (8,))


@pytest.fixture
def bench():
    return TwinBench(SETUP)


def make_chunk(last, problem=NO_MESSAGE):
    """Steps up to `last`."""
    tensors = {"fc1.weight": 1e-16}
    steps = tuple(TwinStep(number, 2.0, 2.0, tensors, tensors, tensors, 0) for number in range(1, last + 1))
    start = start_twins(SETUP)
    return TwinChunk(steps, TwinState(last, start.numpy, start.torch), problem)


def test_it_begins_at_the_start_and_wants_nothing(bench):
    assert bench.run.step == len(bench.run.history) == bench.wanted == 0


def test_who_takes_no_step_holds_no_weights(bench):
    """Streamlit keeps the session of everybody who has left for a while."""
    first, second = bench.run.state, bench.run.state
    assert bench.run.reached is None
    np.testing.assert_array_equal(first.numpy["fc1.weight"], second.torch["fc1.weight"])
    bench.take(bench.run, make_chunk(1))
    assert bench.run.state is bench.run.reached
    bench.reset()
    assert bench.run.reached is None


def test_a_step_asked_for_is_wanted_once(bench):
    bench.ask_step()
    assert bench.wanted == 1
    bench.take(bench.run, make_chunk(1))
    assert bench.wanted == 0
    assert bench.run.step == len(bench.run.history) == 1


def test_of_several_steps_asked_for_those_not_taken_are_still_wanted(bench):
    for _ in range(3):
        bench.ask_step()
    bench.take(bench.run, make_chunk(1))
    assert bench.wanted == 2
    bench.take(bench.run, make_chunk(5))
    assert bench.wanted == 0


def test_playing_wants_steps_until_it_is_stopped(bench):
    bench.play()
    bench.take(bench.run, make_chunk(5))
    assert bench.wanted > 1000
    bench.stop()
    assert bench.wanted == 0


def test_a_problem_ends_it_until_it_is_reset(bench):
    bench.play()
    bench.take(bench.run, make_chunk(5, message("The loss became nan.")))
    assert not bench.playing
    bench.play()
    assert bench.wanted == 0
    bench.reset()
    assert bench.can_go_on
    assert not bench.run.problem
    assert bench.run.step == 0


def test_it_ends_at_the_last_step(bench):
    bench.play()
    bench.take(bench.run, make_chunk(MAX_STEPS))
    assert not bench.can_go_on
    assert not bench.playing


def test_another_learning_rate_goes_on(bench):
    bench.take(bench.run, make_chunk(5))
    bench.play()
    bench.adopt(SETUP.replace(lr=0.01))
    assert bench.run.step == 5
    assert bench.setup.lr == 0.01
    assert bench.playing


@pytest.mark.parametrize("changes", [{"seed": 2}, {"hidden": (9,)}, {"batch_size": 3}, {"dataset": "mnist"}])
def test_any_other_change_begins_anew_and_waits(bench, changes):
    bench.take(bench.run, make_chunk(5))
    bench.play()
    bench.adopt(SETUP.replace(**changes))
    assert bench.run.step == 0
    assert not bench.playing


def test_each_precision_keeps_its_run(bench):
    bench.take(bench.run, make_chunk(5))
    assert bench.other is None
    bench.adopt(SETUP.replace(precision="float32"))
    assert bench.run.step == 0
    assert bench.run.state.numpy["fc1.weight"].dtype == "float32"
    name, history = bench.other
    assert (name, len(history)) == ("float64", 5)
    bench.adopt(SETUP)
    assert bench.run.step == 5


def test_reset_leaves_the_other_precision_alone(bench):
    bench.take(bench.run, make_chunk(5))
    bench.adopt(SETUP.replace(precision="float32"))
    bench.take(bench.run, make_chunk(2))
    bench.reset()
    assert bench.run.step == 0
    assert len(bench.other[1]) == 5


@pytest.mark.parametrize("change", ["precision", "reset"])
def test_steps_that_come_late_go_to_the_run_they_were_asked_for(bench, change):
    asked = bench.run
    bench.play()
    if change == "reset":
        bench.reset()
    else:
        bench.adopt(SETUP.replace(precision="float32"))
    bench.take(asked, make_chunk(5))
    assert bench.run.step == len(bench.run.history) == 0
    assert len(asked.history) == 5


def test_playing_again_forgets_what_went_wrong(bench):
    bench.trouble = message("The compute process has ended.")
    bench.play()
    assert not bench.trouble
