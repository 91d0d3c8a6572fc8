"""Where the time of a step goes, on the Train page."""

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import ComputeError
from core.training.breakdown import PARTS, Breakdown
from core.training.speed import cost_key
from pages.components.runs import time_spent
from tests.made import make_config
from tests.pages.drawing import texts

CONFIG = make_config(batch_size=50)
FOUND = Breakdown(dict.fromkeys(PARTS, 0.001), 0.002, 50)


def page():
    from pages.components.runs.time_spent import show_time_spent
    from tests.pages.runs.test_time_spent import CONFIG

    show_time_spent(CONFIG)


@pytest.fixture
def asked(monkeypatch, shared_compute):  # noqa: ARG001 - what trains has to be replaced first
    """What was asked to be measured; each answer is `FOUND`."""
    calls = []
    compute = time_spent.job_queue().compute
    monkeypatch.setattr(compute, "call_in_new_child", lambda *call: calls.append(call) or FOUND)
    return calls


def test_nothing_is_timed_unasked(asked):
    app = AppTest.from_function(page, default_timeout=20).run()
    assert not app.exception
    assert not app.metric
    assert not asked


def test_a_step_is_timed_once_and_its_figures_stay(asked):
    app = AppTest.from_function(page, default_timeout=20).run()
    app.button(key="time_a_step").click().run()
    assert asked == [(time_spent.measure_breakdown, cost_key(CONFIG))]
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures == {"Samples a second": "10,000", "The products alone": "25,000", "Share of the limit": "40%"}
    app.run()
    assert len(app.metric) == 3
    assert len(asked) == 1


def test_beside_a_run_nothing_is_timed(asked, monkeypatch):
    monkeypatch.setattr(time_spent, "is_training", lambda: True)
    app = AppTest.from_function(page, default_timeout=20).run()
    app.button(key="time_a_step").click().run()
    assert "A run is being trained" in texts(app.warning)
    assert not asked


@pytest.mark.usefixtures("asked")
def test_a_failure_is_told(monkeypatch):
    def fail(*_call):
        raise ComputeError("It broke off.")

    monkeypatch.setattr(time_spent.job_queue().compute, "call_in_new_child", fail)
    app = AppTest.from_function(page, default_timeout=20).run()
    app.button(key="time_a_step").click().run()
    assert "It broke off." in texts(app.error)
    assert not app.metric
