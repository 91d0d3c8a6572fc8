"""The link in every page's header to what is in training."""

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.record import FINISHED, MEASURING, PAUSED, QUEUED, RUNNING, STARTING, RunState, write_state
from core.settings import PROJECT
from core.storage.locks import hold_as_worker
from pages.components.runs import in_training
from pages.components.runs.in_training import run_to_follow
from pages.components.shell import services
from tests.made import make_config
from tests.pages.made_runs import make_run


@pytest.fixture(autouse=True)
def no_warm_up(monkeypatch):
    monkeypatch.setattr(services, "warm_up", lambda: None)


@pytest.fixture
def train(store):
    """Adds a run that this process trains, as its lock says; its own state is the test's."""
    held = []

    def make(state, tags=None):
        record = store.create(make_config(), tags=tags)
        write_state(record.path, state)
        held.append(hold_as_worker(record.path))
        held[-1].__enter__()
        return record

    yield make
    for lock in held:
        lock.__exit__(None, None, None)


def visit():
    app = AppTest.from_file(PROJECT / "app.py", default_timeout=30).run()
    assert not app.exception
    return app


def links(app):
    """Labels and addresses of the links to the Train page and the Sweep page that name something there."""
    found = [element.proto for element in app.get("page_link")]
    return [(link.label, link.page, link.query_string) for link in found if link.page in ("train", "sweep")]


CARDS = [("**Train**", "train", ""), ("**Sweep**", "sweep", "")]


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (RunState(RUNNING, step=429, total_steps=1000), "Training 42%"),
        (RunState(RUNNING, step=999, total_steps=1000), "Training 99%"),
        (RunState(PAUSED, step=42, total_steps=100), "Paused at 42%"),
        (RunState(STARTING), "Starting"),
        (RunState(QUEUED), "Queued"),
        (RunState(MEASURING, step=100, total_steps=100), "Measuring"),
    ],
)
def test_it_says_how_far_the_run_is_and_leads_to_it(train, timers, state, text):
    record = train(state)
    assert links(visit()) == [*CARDS, (text, "train", f"run={record.id}")]
    assert timers["in_training"] == 2.0


def test_without_a_run_in_training_nothing_is_drawn_and_nothing_looks_again(store, timers):
    make_run(store, "ended", state=RunState(FINISHED, step=100, total_steps=100))
    assert links(visit()) == CARDS
    assert "in_training" not in timers


def test_it_goes_when_the_run_ends(train):
    record = train(RunState(RUNNING, step=1, total_steps=2))
    app = visit()
    assert len(links(app)) == 3
    write_state(record.path, RunState(FINISHED))
    assert links(app.run()) == CARDS


def test_of_a_sweep_it_tells_that_it_goes_on(train):
    train(RunState(RUNNING, step=1, total_steps=2), {"sweep": "mine"})
    assert links(visit())[-1] == ("Sweep under way", "sweep", "sweep=mine")


def test_a_run_in_training_comes_before_those_that_wait_and_before_a_sweep_s(store, train):
    trial = train(RunState(RUNNING), {"sweep": "mine"})
    assert run_to_follow(store.all()).id == trial.id
    waiting = train(RunState(QUEUED))
    assert run_to_follow(store.all()).id == waiting.id
    training = train(RunState(PAUSED))
    train(RunState(QUEUED))
    train(RunState(RUNNING), {"sweep": "mine"})
    assert run_to_follow(store.all()).id == training.id
    assert run_to_follow([]) is None


@pytest.mark.parametrize(
    ("page", "shows_it", "is_linked"), [("train", True, 0), ("train", False, 1), ("twins", True, 1)]
)
def test_where_the_page_shows_the_run_it_needs_no_link(train, store, monkeypatch, page, shows_it, is_linked):
    def script():
        import streamlit as st

        from pages.components.runs.in_training import show_in_training

        show_in_training(st.session_state["page"])

    record, other = train(RunState(STARTING)), make_run(store, "other")
    app = AppTest.from_function(script, default_timeout=30)
    app.session_state["page"] = page
    app.query_params["run"] = record.id if shows_it else other.id
    # A link needs the pages of the whole app.
    drawn = []
    monkeypatch.setattr(in_training, "_link", lambda *what: drawn.append(what))
    assert not app.run().exception
    assert drawn == [("train", "Starting", {"run": record.id})] * is_linked
