"""What the Sweep page says about how many networks there are and how long they take."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.execution.executors import Workers
from core.sweep.estimate import seconds_of_all
from pages.components.runs import step_cost
from pages.components.shell.wording import about
from pages.components.sweep import size
from tests.pages.drawing import texts
from tests.pages.made_runs import make_result, make_run
from tests.sweeps import make_space

SPACE = make_space(lr=(0.1, 0.2), batch_size=(8, 16))


@pytest.fixture
def timed(monkeypatch):
    """Sets what is known of the steps' seconds; returns what was asked for."""
    asked = []

    def set_to(answer):
        def ask(configs):
            asked.append(tuple(configs))
            return answer

        monkeypatch.setattr(step_cost, "_ask", ask)
        return asked

    st.cache_resource.clear()
    yield set_to
    st.cache_resource.clear()


def said(workers):
    def script(space, workers):
        from pages.components.sweep.size import show_size

        show_size(space, workers)

    app = AppTest.from_function(script, args=(SPACE, workers), default_timeout=20).run()
    assert not app.exception
    return texts(app.caption)


@pytest.mark.parametrize(
    ("workers", "words"),
    [
        (Workers(1), "**4 networks**, about 5 min."),
        (Workers(2), "**4 networks**, about 3 min."),
        (Workers(32), "**4 networks**, about 1 min."),
    ],
)
def test_until_steps_are_timed_runs_like_these_say_how_long(store, timed, timers, workers, words):
    make_run(store, "a", result=make_result(seconds=80.0), epochs=1, batch_size=16)
    make_run(store, "b", result=make_result(seconds=80.0), epochs=1, batch_size=8)
    timed(None)
    assert said(workers) == words
    assert timers["step_cost"] == 0.5


@pytest.mark.usefixtures("store")
def test_without_any_run_the_time_is_not_known_yet(timed, monkeypatch):
    timed([])
    monkeypatch.setattr(size, "speed_of_similar", lambda *_: None)
    assert said(Workers(1)) == "**4 networks**. How long that takes is known once the first is done."


@pytest.mark.usefixtures("store")
def test_the_time_comes_from_steps_of_the_networks_own(timed, timers):
    asked = timed([0.5, 0.25])
    configs = SPACE.runs()
    seconds = seconds_of_all(configs, {configs[0]: 0.5, configs[1]: 0.25})
    assert said(Workers(2)) == f"**4 networks**, {about(seconds / 2)}."
    # The learning rate changes nothing of a step's time.
    assert {tuple(config.batch_size for config in configs) for configs in asked} == {(8, 16)}
    assert timers["step_cost"] is None


def test_on_a_cluster_nothing_is_timed(timed):
    asked = timed(None)
    assert said(Workers(2, on_cluster=True)) == "**4 networks** on the Dask cluster."
    assert asked == []
