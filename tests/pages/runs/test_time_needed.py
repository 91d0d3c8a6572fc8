"""What a page says about how long a run will take."""

from concurrent.futures import Future

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.errors import ComputeError
from core.runs.record import RUNNING, RunState
from core.training.speed import estimate_seconds
from pages.components.runs import step_cost
from pages.components.shell.wording import about
from tests.made import make_config
from tests.pages.drawing import texts
from tests.pages.made_runs import make_result, make_run

CONFIG = make_config(dataset="mnist", epochs=50)


def page():
    from pages.components.runs.time_needed import show_time_needed
    from tests.pages.runs.test_time_needed import CONFIG

    show_time_needed(CONFIG)


@pytest.fixture
def measured(monkeypatch, shared_compute):  # noqa: ARG001 - what trains has to be replaced first
    """What was asked to be measured, and the future that will hold the seconds of a step."""
    asked, future = [], Future()
    monkeypatch.setattr(step_cost, "run_in_thread", lambda *call: asked.append(call[-1]) or future)
    st.cache_resource.clear()
    yield asked, future
    st.cache_resource.clear()


@pytest.fixture
def ready(monkeypatch, measured):  # noqa: ARG001 - it empties the caches first
    """Whether the compute process is ready, which can be changed."""
    answer = [True]
    monkeypatch.setattr(step_cost.job_queue().compute.is_ready, "is_set", lambda: answer[0])
    return answer


def said():
    app = AppTest.from_function(page, default_timeout=20).run()
    assert not app.exception
    return texts(app.caption)


@pytest.mark.usefixtures("ready")
def test_the_time_comes_from_steps_of_the_run_s_own_once_they_are_timed(measured):
    asked, future = measured
    said()
    assert len(asked) == 1
    future.set_result([0.5])
    assert said() == f"Takes {about(estimate_seconds(CONFIG, 0.5))} on this machine."
    assert len(asked) == 1


@pytest.mark.usefixtures("ready")
def test_the_visitor_s_own_runs_of_that_kind_say_it_better_than_timed_steps(measured, store):
    _, future = measured
    future.set_result([0.5])
    make_run(store, "a", result=make_result(seconds=250.0), dataset="mnist", epochs=25)
    assert said() == "Takes about 8 min on this machine."


@pytest.mark.usefixtures("ready")
def test_what_cannot_be_measured_is_estimated_by_runs_like_it(measured, bundled):
    _, future = measured
    make_run(bundled, "b", result=make_result(), epochs=4)
    before = said()
    future.set_exception(ComputeError("broken"))
    assert said() == before
    assert "Takes about" in before


@pytest.mark.usefixtures("ready")
def test_the_latest_measurements_are_kept_and_no_more(measured, monkeypatch):
    monkeypatch.setattr(step_cost, "_MOST_KEPT", 2)
    measured[1].set_result([0.5])
    for batch_size in (32, 64, 128):
        assert step_cost._ask([CONFIG.replace(batch_size=batch_size)]) == [0.5]
    kept = [configs[0].batch_size for configs in step_cost._measurements()]
    assert kept == [64, 128]


def test_nothing_is_measured_before_the_compute_process_is_ready(measured, ready):
    ready[0] = False
    said()
    assert not measured[0]
    ready[0] = True
    said()
    assert measured[0]


@pytest.mark.usefixtures("ready")
def test_nothing_is_measured_beside_a_run(measured, store, monkeypatch):
    make_run(store, "a", state=RunState(RUNNING))
    monkeypatch.setattr("core.runs.record.is_locked", lambda _: True)
    said()
    assert not measured[0]


@pytest.mark.usefixtures("measured", "ready")
def test_while_a_run_is_active_the_page_asks_less_often(store, timers, monkeypatch):
    said()
    assert timers["step_cost"] == 0.5
    make_run(store, "a", state=RunState(RUNNING))
    monkeypatch.setattr("core.runs.record.is_locked", lambda _: True)
    st.cache_resource.clear()
    said()
    assert timers["step_cost"] == 5.0
