"""The choice of a run: what is offered, in which order and by which words, and which run is taken."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from core.runs.record import FINISHED, RUNNING, STOPPED, RunState
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS
from core.storage.locks import hold_in_queue
from pages.components.runs.run_picker import rank_for_drawings, run_labels
from pages.components.shell.services import open_runs
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_result, make_run


def script():
    import streamlit as st

    from pages.components.runs.run_picker import pick_run

    record = pick_run()
    st.text(record.id if record else "none")


@pytest.fixture
def add(store):
    """Adds a run with a network."""

    def make(run_id, name="", into=store, **more):
        record = make_run(into, run_id, name, **more)
        record.weights_file.write_bytes(b"weights")
        return record

    return make


def picked(app):
    return app.text[0].value


def test_every_trained_run_is_offered_the_newest_first_and_those_of_the_app_last(add, store, bundled, visit):
    add("b", "Second", result=make_result(test_accuracy=0.5))
    add("z", "Of the app", into=bundled, result=make_result(test_accuracy=0.25))
    add("a", "First on MNIST", dataset="mnist", result=make_result())
    add("t", "A trial", tags={"sweep": "s"})
    make_run(store, "d", "Not trained")
    app = visit(script)
    assert find(app.selectbox, "Run").options == [
        "Second · Digits (embedded) · 50.00%",
        "First on MNIST · 87.65%",
        "Of the app · Digits (embedded) · 25.00%",
    ]
    assert picked(app) == "b"


def test_the_run_that_is_taken_is_noted_as_open(add, visit):
    add("a")
    add("b")
    visit(script, run="a")
    assert open_runs().ids() == {"a"}


def test_a_trial_is_offered_where_the_address_asks_for_it(add, visit):
    add("a")
    add("t", "A trial", tags={"sweep": "s"})
    add("u", "Another trial", tags={"sweep": "s"})
    app = visit(script, run="t")
    assert find(app.selectbox, "Run").options == ["A trial · Digits (embedded)", "a · Digits (embedded)"]
    assert picked(app) == "t"


def test_what_is_shown_stays_shown_when_a_newer_run_comes(add, visit):
    add("a")
    app = visit(script)
    add("b")
    assert picked(app.run()) == "a"
    assert "run" not in app.query_params
    find(app.selectbox, "Run").select("b").run()
    assert (picked(app), app.query_params["run"]) == ("b", "b")
    # A link or the browser's Back button counts for more than the choice before.
    app.query_params["run"] = "a"
    assert picked(app.run()) == "a"
    assert find(app.selectbox, "Run").value == "a"


@pytest.mark.parametrize(
    ("status", "said"),
    [(STOPPED, "“No network” has no trained network yet."), (FINISHED, "The weights of “No network” are gone.")],
)
def test_a_run_without_a_network_in_the_address_is_named_and_the_newest_with_one_taken(add, store, visit, status, said):
    add("a", "First")
    add("b", "Second")
    make_run(store, "c", "No network", RunState(status))
    app = visit(script, run="c")
    assert texts(app.warning) == f"{said} Here is “Second” instead."
    assert picked(app) == "b"
    # Said once; the browser replaces the run in the address.
    assert not app.run().warning
    assert picked(app) == "b"


def test_labels_say_more_only_where_two_are_alike(store):
    alike = [make_run(store, run_id, "Same", result=make_result()) for run_id in "ab"]
    other = make_run(store, "c", "Same", result=make_result(test_accuracy=0.5))
    stamps = ("2024-02-29T23:30:00+00:00", "2024-03-01T00:00:00+00:00", "2024-03-01T00:00:00+00:00")
    records = [replace(record, created=stamp) for record, stamp in zip((*alike, other), stamps, strict=True)]
    assert run_labels(records, ZoneInfo("Asia/Tokyo")) == {
        "a": "Same · Digits (embedded) · 87.65% · 01 Mar 08:30:00",
        "b": "Same · Digits (embedded) · 87.65% · 01 Mar 09:00:00",
        "c": "Same · Digits (embedded) · 50.00%",
    }


def test_labels_of_runs_made_in_the_same_second_end_with_their_ids(store):
    records = [replace(make_run(store, run_id, "Same"), created="2024-03-01T00:00:00+00:00") for run_id in "ab"]
    assert list(run_labels(records, ZoneInfo("UTC")).values()) == [
        f"Same · Digits (embedded) · 01 Mar 00:00:00 · {run_id}" for run_id in "ab"
    ]


def test_an_active_run_s_label_says_what_it_does(store):
    record = make_run(store, "a", state=RunState(RUNNING))
    lock = hold_in_queue(record.path)
    assert run_labels([store.get("a")]) == {"a": "a · Digits (embedded) · running"}
    lock.release()


def test_digits_that_were_drawn_are_read_by_the_network_for_handwriting_though_others_read_mnist_better(tmp_path):
    bundled = [run for run in RunStore(tmp_path, BUNDLED_RUNS).all() if run.config.dataset == "mnist"]
    first, second = sorted(bundled, key=rank_for_drawings, reverse=True)[:2]
    assert (first.id, second.id) == ("handwriting", "best")
    assert second.result.test_accuracy > first.result.test_accuracy
