"""What can be done with runs that were cut short or damaged: each part is drawn by a script without the page around."""

import pytest

from core.execution.compute_client import ComputeClient
from core.runs.control_file import read_command
from core.runs.record import FAILED, INTERRUPTED, STOPPED, RunState, write_state
from core.storage.locks import hold_as_worker
from core.texts.message import message
from core.training.control import Command
from core.training.events import LrChanged, RunStarted, StepEnd
from pages.components.runs.curves import COMPARE_KEY
from tests.made import make_config
from tests.pages.drawing import find, texts
from tests.pages.runs.seen import labels, tick


@pytest.fixture(autouse=True)
def untrained(monkeypatch):
    """Nothing is trained."""
    monkeypatch.setattr(ComputeClient, "train", lambda *_: None)


@pytest.fixture
def add(store):
    """Adds a run that has ended as told, with a checkpoint."""

    def make(status=STOPPED, name="mine", **more):
        record = store.create(make_config(lr=0.5), name)
        write_state(record.path, RunState(status, message("Because *so*."), **more))
        record.checkpoint_file.write_bytes(b"a checkpoint")
        return store.get(record.id)

    return make


def run_view():
    import streamlit as st

    from pages.components.runs.live_run import show_run
    from pages.components.shell.services import run_store

    show_run(run_store().get(st.query_params["run"]))


def table():
    from pages.components.runs.runs_table import show_runs

    show_runs(is_live=False)


def restart_dialog():
    import streamlit as st

    from pages.components.runs.steering import restart_dialog
    from pages.components.shell.services import run_store

    restart_dialog(run_store().get(st.query_params["run"]))


def delete_damaged_dialog():
    import streamlit as st

    from pages.components.runs.run_actions import _delete_damaged_dialog

    _delete_damaged_dialog(st.query_params["folder"])


def test_a_run_that_diverged_is_resumed_with_a_tenth_of_its_rate_or_what_is_typed(add, store, visit):
    record = add(FAILED, has_diverged=True)
    app = visit(run_view, run=record.id)
    assert find(app.number_input, "Base learning rate from now on").value == pytest.approx(0.05)
    find(app.number_input, "Base learning rate from now on").set_value(0.02)
    find(app.button, "Resume").click().run()
    assert not app.exception
    assert read_command(record.path) == Command("run", 0.02)
    assert store.get(record.id).is_active


def test_the_rate_offered_is_a_tenth_of_the_last_one_set_by_hand(add, visit):
    record = add(FAILED, has_diverged=True)
    record.log.append(RunStarted(0, 0, 10, 5, 100, 10, 7850, "cpu"), LrChanged(3, 80.0), LrChanged(4, 40.0))
    app = visit(run_view, run=record.id)
    assert find(app.number_input, "Base learning rate from now on").value == pytest.approx(4.0)


def test_a_rate_that_is_not_allowed_is_refused_in_words_and_resumes_nothing(add, store, visit):
    record = add(FAILED, has_diverged=True)
    app = visit(run_view, run=record.id)
    find(app.number_input, "Base learning rate from now on").set_value(-1.0)
    find(app.button, "Resume").click().run()
    assert "Learning rate is -1; it must be a number above 0" in texts(app.error)
    assert store.get(record.id) == record


@pytest.mark.parametrize("status", [STOPPED, INTERRUPTED, FAILED])
def test_a_run_that_did_not_diverge_is_resumed_at_its_own_rate(add, store, visit, status):
    record = add(status)
    app = visit(run_view, run=record.id)
    assert not app.number_input
    find(app.button, "Resume").click().run()
    assert read_command(record.path) == Command()
    assert store.get(record.id).is_active


def test_the_reason_of_a_failure_is_shown_as_it_stands(add, visit):
    record = add(FAILED)
    (record.path / "state.json").write_text('{"status": "failed", "reason": "MNIST is not in /my_*data*_."}')
    app = visit(run_view, run=record.id)
    assert "MNIST is not in /my\\_\\*data\\*\\_." in texts(app.error)


def test_a_run_begins_again_only_once_that_is_confirmed(add, store, visit):
    record = add()
    assert "Begin again" in labels(visit(run_view, run=record.id))
    app = visit(restart_dialog, run=record.id)
    assert "What “mine” has learned" in texts(app.markdown)
    find(app.button, "Keep it").click().run()
    assert store.get(record.id) == record
    find(app.button, "Begin again").click().run()
    assert not app.exception
    assert not record.checkpoint_file.exists()
    assert store.get(record.id).is_active


def test_why_a_run_cannot_begin_again_is_said(add, visit):
    record = add()
    app = visit(restart_dialog, run=record.id)
    with hold_as_worker(record.path):
        find(app.button, "Begin again").click().run()
    assert "is being worked on by another process" in texts(app.error)
    assert record.checkpoint_file.exists()


def test_a_run_that_has_no_checkpoint_or_is_active_cannot_begin_again(add, visit):
    fresh, running = add(), add("running")
    fresh.checkpoint_file.unlink()
    assert labels(visit(run_view, run=fresh.id))[0] == "Resume"
    assert "Begin again" not in labels(visit(run_view, run=fresh.id))
    with hold_as_worker(running.path):
        assert {"Resume", "Begin again"}.isdisjoint(labels(visit(run_view, run=running.id)))


def test_the_table_resumes_a_diverged_run_only_where_a_rate_can_be_chosen(add, visit):
    add(FAILED, has_diverged=True)
    assert labels(tick(visit(table), 0)) == ["Open", "Star", "Rename", "Delete"]


def test_names_with_signs_of_markdown_are_shown_as_they_stand(add, visit):
    record = add(name="my *first* [net]")
    app = tick(visit(table), 0)
    assert list(app.dataframe[0].value["Name"]) == ["my *first* [net]"]
    assert "**my \\*first\\* \\[net\\]**" in texts(app.markdown)
    assert "my \\*first\\* \\[net\\]" in texts(visit(run_view, run=record.id).subheader)


def test_a_damaged_run_stands_in_the_table_and_says_what_is_wrong(add, visit):
    good, damaged = add(name="good"), add()
    (damaged.path / "config.json").write_text("{")
    app = tick(visit(table), 0)
    [bad_row, good_row] = app.dataframe[0].value.to_dict("records")
    problem = (
        "config.json: It is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."
    )
    assert (bad_row["Name"], bad_row["Status"], bad_row["Problem"]) == (damaged.id, "Damaged", problem)
    assert (good_row["Name"], good_row["Status"], good_row["Seed"]) == ("good", "Stopped", good.config.seed)
    assert labels(app) == ["Delete"]
    assert "It is not JSON" in texts(app.error)
    assert labels(tick(visit(table), 1)) == ["Open", "Resume", "Star", "Rename", "Delete"]


def test_a_damaged_run_is_deleted_once_that_is_confirmed(add, store, visit):
    good, damaged = add(name="good"), add()
    (damaged.path / "config.json").write_text("{")
    app = visit(delete_damaged_dialog, folder=damaged.id)
    find(app.button, "Keep it").click().run()
    assert damaged.path.exists()
    find(app.button, "Delete").click().run()
    assert not app.exception
    assert not damaged.path.exists()
    assert store.all() == [good]


def test_damaged_runs_are_left_out_of_a_comparison(add, visit):
    add(name="one"), add(name="two")
    damaged = add()
    (damaged.path / "config.json").write_text("{")
    app = tick(visit(table), 0, 1)
    assert "Only runs that can be read can be compared." in texts(app.caption)
    app = tick(visit(table), 0, 1, 2)
    assert "**2 runs**" in texts(app.markdown)


def test_a_session_keeps_the_histories_of_the_runs_on_show_alone(add, visit):
    records = [add(name=name) for name in ("one", "two", "three")]
    for record in records:
        record.log.append(RunStarted(0, 0, 10, 5, 100, 10, 7850, "cpu"), StepEnd(1, 1, (2.0,), 0.5, 0.1, 1.0, 1.0))
    app = visit(run_view, run=records[0].id)
    app.session_state[COMPARE_KEY] = [records[1].id]
    app.run()
    readers = app.session_state["history_readers"]
    assert set(readers) == {record.id for record in records[:2]}
    app.session_state[COMPARE_KEY] = []
    app.query_params["run"] = records[1].id
    app.run()
    assert set(app.session_state["history_readers"]) == {records[1].id}
    # What it has read of a run that stays on show is not read again.
    assert app.session_state["history_readers"][records[1].id] is readers[records[1].id]
