"""The buttons that steer a run: each sends its wish to its own run, where that can hear it."""

import pytest

from core.runs.control_file import read_command, send
from core.runs.record import MEASURING, PAUSED, QUEUED, RUNNING, STARTING, RunState
from core.storage.locks import hold_in_queue
from core.training.control import Command
from core.training.events import LrChanged, RunStarted
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_run


def script():
    import streamlit as st

    from pages.components.runs.curves import read_histories
    from pages.components.runs.steering import show_refusal, show_steering
    from pages.components.shell.services import run_store

    record = run_store().get(st.query_params["run"])
    show_refusal()
    show_steering(record, *read_histories([record]))


@pytest.fixture
def add(store):
    """Adds a run and holds it as if it were being trained."""
    locks = []

    def make(run_id, status):
        record = make_run(store, run_id, state=RunState(status), lr=0.1)
        locks.append(hold_in_queue(record.path))
        return record.path

    yield make
    for lock in locks:
        lock.release()


@pytest.mark.parametrize(
    ("status", "possible", "not_possible"),
    [
        (QUEUED, {"Stop"}, {"Pause"}),
        (STARTING, {"Stop"}, {"Pause"}),
        (RUNNING, {"Pause", "Stop"}, set()),
        (PAUSED, {"Continue", "Stop"}, set()),
        (MEASURING, set(), {"Pause", "Stop"}),
    ],
)
def test_what_is_possible_depends_on_what_the_run_does(add, visit, status, possible, not_possible):
    add("a", status)
    buttons = [button for button in visit(script, run="a").button if button.label != "Apply"]
    assert {button.label for button in buttons if not button.disabled} == possible
    assert {button.label for button in buttons if button.disabled} == not_possible


@pytest.mark.parametrize(
    ("status", "label", "action"), [(RUNNING, "Pause", "pause"), (RUNNING, "Stop", "stop"), (PAUSED, "Continue", "run")]
)
def test_a_button_sends_its_wish_to_its_own_run(add, visit, status, label, action):
    folder, other = add("a", status), add("b", status)
    for each in (folder, other):
        send(each, "pause" if action == "run" else "run")
    before = read_command(other)
    app = visit(script, run="a")
    find(app.button, label).click().run()
    assert not app.exception
    assert read_command(folder) == Command(action)
    assert read_command(other) == before


def test_another_learning_rate_is_sent_to_its_own_run(add, visit):
    folder, other = add("a", RUNNING), add("b", RUNNING)
    app = visit(script, run="a")
    assert find(app.number_input, "Base learning rate from now on").value == 0.1
    find(app.number_input, "Base learning rate from now on").set_value(0.025)
    find(app.button, "Apply").click().run()
    assert (read_command(folder), read_command(other)) == (Command("run", 0.025), Command())


@pytest.mark.parametrize("lr", [0.025, -1.0])
def test_the_field_closes_once_a_learning_rate_was_asked_for(add, visit, lr):
    add("a", RUNNING)
    app = visit(script, run="a")
    app.session_state["lr_popover_a"] = True
    assert app.run().session_state["lr_popover_a"]
    ask_for(app, lr)
    assert not app.session_state["lr_popover_a"]


def ask_for(app, lr):
    find(app.number_input, "Base learning rate from now on").set_value(lr)
    find(app.button, "Apply").click().run()
    assert not app.exception


ASKED = "Base learning rate 0.025 from the next step on."


def captions(app):
    return [entry.value for entry in app.caption]


@pytest.mark.parametrize("status", [PAUSED, QUEUED])
def test_a_run_that_waits_says_the_learning_rate_it_will_go_on_with_until_it_has_it(add, store, visit, status):
    add("a", status)
    app = visit(script, run="a")
    assert not app.caption
    ask_for(app, 0.025)
    # By the field and by the buttons.
    assert captions(app) == captions(app.run()) == [ASKED, ASKED]
    store.get("a").log.append(RunStarted(0, 0, 20, 10, 1000, 100, 7850, "cpu"), LrChanged(5, 0.025))
    assert captions(app.run()) == ["It is 0.025 now."]


def test_a_run_in_training_says_it_by_the_field_alone(add, visit):
    add("a", RUNNING)
    app = visit(script, run="a")
    ask_for(app, 0.025)
    assert captions(app) == [ASKED]


def test_a_learning_rate_that_is_refused_or_the_same_is_not_announced(add, visit):
    add("a", PAUSED)
    app = visit(script, run="a")
    ask_for(app, 0.1)
    assert not app.caption
    ask_for(app, -1.0)
    assert "it must be a number above 0" in texts(app.error)
    assert not app.caption
    ask_for(app, 0.025)
    assert not app.error
