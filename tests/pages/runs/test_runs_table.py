"""The table of all runs: what stands in it, and what is done with the runs that are ticked."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from core.execution.compute_client import ComputeClient
from core.runs.record import FAILED, INTERRUPTED, RUNNING, STOPPED, RunState
from core.runs.result import write_result
from core.storage.arrays import save_arrays
from core.storage.locks import hold_in_queue
from pages.components.runs.curves import COMPARE_KEY
from pages.components.shell.services import run_store
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_result, make_run
from tests.pages.runs.seen import labels, tick


def table():
    from pages.components.runs.runs_table import show_runs

    show_runs(is_live=False)


def rename_dialog():
    import streamlit as st

    from pages.components.runs.run_actions import _rename_dialog
    from pages.components.shell.services import run_store

    _rename_dialog(run_store().get(st.query_params["dialog"]))


def delete_several_dialog():
    from pages.components.runs.run_actions import _delete_several_dialog
    from pages.components.shell.services import run_store

    found = [record for record in run_store().all() if record.id in "ab"]
    if found:
        _delete_several_dialog(found)


def delete_dialog():
    import streamlit as st

    from pages.components.runs.run_actions import _delete_dialog
    from pages.components.shell.services import run_store

    _delete_dialog(run_store().get(st.query_params["dialog"]))


@pytest.fixture
def begun(monkeypatch):
    """The folders of the runs whose training was asked for; nothing is trained."""
    folders = []
    monkeypatch.setattr(ComputeClient, "train", lambda _client, _name, folder, _root: folders.append(folder))
    return folders


@pytest.fixture
def three(store):
    """Three finished runs; in the table "c" stands on top and "a" at the bottom."""
    return [make_run(store, run_id, f"Run {run_id}", result=make_result()) for run_id in "abc"]


def click_cell(app, row, column):
    """Choose a single cell, as a click does."""
    app.session_state[app.dataframe[0].key] = {"selection": {"rows": [], "columns": [], "cells": [[row, column]]}}
    app.run()
    assert not app.exception


def rows(app):
    return app.dataframe[0].value.to_dict("records")


def names(store):
    return {record.id: record.name for record in store.all()}


def test_each_column_says_its_own_figure(visit, store):
    settings = {"arch": "mlp", "options": {"hidden": (32,)}, "optimizer": "adamw", "lr": 0.02, "batch_size": 48}
    record = make_run(
        store,
        "one",
        "My *first* net",
        RunState(STOPPED, step=60, epoch=3, total_steps=270),
        make_result(),
        **settings,
        epochs=9,
        seed=5,
    )
    assert rows(visit(table)) == [
        {
            "Name": "My *first* net",
            "Status": "Stopped",
            "Data set": "Digits (embedded)",
            "Network": "MLP 32",
            "Validation": pytest.approx(91.23),
            "Test": pytest.approx(87.65),
            "Optimizer": "AdamW",
            "Learning rate": 0.02,
            "Batch": 48,
            "Epochs": "3 of 9",
            "Time": "1 min 23 s",
            "Started": datetime.fromisoformat(record.created),
            "Seed": 5,
        }
    ]


def test_the_name_and_the_accuracies_come_first_also_where_folders_are_damaged(visit, store):
    make_run(store, "a", result=make_result())
    first = ["Name", "Validation", "Test", "Status"]
    assert list(visit(table).dataframe[0].value)[:4] == first
    (make_run(store, "b").path / "config.json").write_text("{")
    assert list(visit(table).dataframe[0].value)[:5] == [*first, "Problem"]


def test_what_is_not_known_is_left_empty_and_epochs_without_a_state_are_the_card_s(visit, store, bundled):
    make_run(store, "new", state=RunState(INTERRUPTED), epochs=4)
    make_run(bundled, "old", result=make_result(val_accuracy=None, epochs=8), epochs=8)
    app = visit(table)
    new, old = rows(app)
    empty = app.dataframe[0].value.isna()[["Validation", "Test", "Time"]].to_numpy().tolist()
    assert empty == [[True, True, True], [True, False, False]]
    assert (new["Status"], new["Epochs"]) == ("Interrupted", "0 of 4")
    assert (old["Status"], old["Epochs"]) == ("Built in", "8 of 8")


@pytest.mark.usefixtures("three")
def test_a_ticked_run_is_opened_alone(visit, store):
    app = visit(table)
    assert [row["Name"] for row in rows(app)] == ["Run c", "Run b", "Run a"]
    assert "Click a name to open its run" in texts(app.caption)
    assert not labels(app)
    app.session_state[COMPARE_KEY] = ["c"]
    tick(app, 1)
    assert "**Run b**" in texts(app.markdown)
    assert labels(app) == ["Open", "Star", "Rename", "Delete"]
    find(app.button, "Open").click().run()
    assert app.query_params["run"] == "b"
    assert app.session_state[COMPARE_KEY] == []
    assert "Shown above" in texts(app.toast)
    assert names(store) == {"a": "Run a", "b": "Run b", "c": "Run c"}


@pytest.mark.usefixtures("three")
def test_several_ticked_runs_are_laid_over_the_first_of_them(visit):
    app = tick(visit(table), 0, 2)
    assert "**2 runs**" in texts(app.markdown)
    assert labels(app) == ["Compare", "Delete"]
    find(app.button, "Compare").click().run()
    assert app.query_params["run"] == "c"
    assert app.session_state[COMPARE_KEY] == ["a"]


@pytest.mark.usefixtures("three")
def test_rename_and_delete_ask_about_the_ticked_run(visit):
    app = tick(visit(table), 2)
    find(app.button, "Rename").click().run()
    assert find(app.text_input, "Name").value == "Run a"
    app = tick(visit(table), 1)
    find(app.button, "Delete").click().run()
    assert "“Run b” (finished, seed 1) and its weights will be gone for good." in texts(app.markdown)


@pytest.mark.usefixtures("three")
def test_only_the_run_of_the_dialog_gets_another_name(visit, store):
    app = visit(rename_dialog, dialog="b")
    assert names(store)["b"] == "Run b"
    find(app.text_input, "Name").set_value("  Better ")
    find(app.button, "Save").click().run()
    assert names(store) == {"a": "Run a", "b": "Better", "c": "Run c"}
    find(app.text_input, "Name").set_value(" ")
    find(app.button, "Save").click().run()
    assert "A name has 1 to 80 characters" in texts(app.error)
    assert names(store)["b"] == "Better"


@pytest.mark.parametrize("shown", ["a", "b"])
@pytest.mark.usefixtures("three")
def test_only_the_run_of_the_dialog_is_deleted_and_leaves_the_address(visit, store, shown):
    app = visit(delete_dialog, dialog="b", run=shown)
    find(app.button, "Keep it").click().run()
    assert set(names(store)) == {"a", "b", "c"}
    find(app.button, "Delete").click().run()
    assert set(names(store)) == {"a", "c"}
    assert app.query_params.get("run") == (None if shown == "b" else shown)


def test_a_run_that_has_become_active_is_not_deleted(visit, store):
    record = make_run(store, "a", state=RunState(RUNNING))
    lock = hold_in_queue(record.path)
    app = visit(delete_dialog, dialog="a")
    find(app.button, "Delete").click().run()
    assert "stop it before deleting it" in texts(app.error)
    assert find(tick(visit(table), 0).button, "Delete").disabled
    assert "Resume" not in labels(app)
    lock.release()
    assert set(names(store)) == {"a"}


def test_only_the_ticked_run_is_resumed_and_shown(visit, store, begun):
    records = [
        make_run(store, run_id, state=RunState(status))
        for run_id, status in zip("abc", (FAILED, STOPPED, INTERRUPTED), strict=True)
    ]
    app = tick(visit(table), 1)
    assert labels(app) == ["Open", "Resume", "Star", "Rename", "Delete"]
    app.button(key="table_resume").click().run()
    assert begun == [records[1].path]
    assert app.query_params["run"] == "b"


def test_a_run_that_comes_with_the_app_can_only_be_opened(visit, bundled):
    make_run(bundled, "old", result=make_result())
    assert labels(tick(visit(table), 0)) == ["Open"]


@pytest.mark.usefixtures("three")
def test_ticks_do_not_fall_on_other_runs_when_the_list_changes(visit):
    app = tick(visit(table), 1)
    run_store().delete("c")
    app.run()
    assert [row["Name"] for row in rows(app)] == ["Run b", "Run a"]
    assert not labels(app)


def test_a_result_of_earlier_weights_is_marked(visit, store):
    record = make_run(store, "one", "Moved on", RunState(STOPPED), make_result())
    assert "Problem" not in rows(visit(table))[0]
    write_result(record.path, replace(make_result(), weights="of before"))
    save_arrays(record.weights_file, {"w": np.zeros(3, np.float32)})
    assert rows(visit(table))[0]["Problem"] == "Measured with earlier weights"


@pytest.mark.usefixtures("three")
def test_a_click_on_a_name_opens_its_run_once(visit):
    app = visit(table)
    click_cell(app, 1, "Name")
    assert app.query_params["run"] == "b"
    app.query_params["run"] = "c"
    app.run()
    # The cell is still chosen, but was followed already.
    assert app.query_params["run"] == "c"
    click_cell(app, 2, "Status")
    assert app.query_params["run"] == "c"


@pytest.mark.usefixtures("three")
def test_several_ticked_runs_are_deleted_together(visit, store):
    app = visit(delete_several_dialog)
    assert "2 runs and their weights will be gone for good: Run b, Run a." in texts(app.markdown)
    assert set(names(store)) == {"a", "b", "c"}
    find(app.button, "Delete").click().run()
    assert set(names(store)) == {"c"}


@pytest.mark.usefixtures("three")
def test_of_several_ticked_runs_those_that_come_with_the_app_stay(visit, bundled):
    make_run(bundled, "old", "Built in")
    app = tick(visit(table), 0, 1, 3)
    assert "**3 runs**" in texts(app.markdown)
    find(app.button, "Delete").click().run()
    assert "2 runs and their weights will be gone for good: Run c, Run b." in texts(app.markdown)


@pytest.mark.usefixtures("three")
def test_a_star_stands_before_the_name_and_a_note_in_its_column(visit, store):
    app = tick(visit(table), 1)
    assert "Note" not in rows(app)[0]
    find(app.button, "Star").click().run()
    assert [row["Name"] for row in rows(app)] == ["Run c", "★ Run b", "Run a"]
    store.annotate("a", note="tanh")
    app = tick(visit(table), 1)
    assert [row["Note"] for row in rows(app)][2] == "tanh"
    find(app.button, "Take the star away").click().run()
    assert [row["Name"] for row in rows(app)] == ["Run c", "Run b", "Run a"]


@pytest.mark.usefixtures("three")
def test_the_dialog_also_takes_a_note(visit, store):
    app = visit(rename_dialog, dialog="b")
    find(app.text_area, "Note").set_value("worth another try")
    find(app.button, "Save").click().run()
    assert {record.id: record.note for record in store.all()} == {"a": "", "b": "worth another try", "c": ""}
    app = visit(rename_dialog, dialog="b")
    find(app.text_input, "Name").set_value("Better")
    find(app.button, "Save").click().run()
    assert (store.get("b").name, store.get("b").note) == ("Better", "worth another try")


def test_a_finished_run_whose_weights_are_gone_says_so(visit, store):
    make_run(store, "one", result=make_result())
    [row] = rows(visit(table))
    assert (row["Status"], row["Problem"]) == ("Finished", "Its weights are gone")


def test_a_folder_whose_name_is_no_text_can_be_shown(visit, store):
    make_run(store, "one").path.rename(os.fsdecode(os.fsencode(store.root) + b"/\xff"))
    [row] = rows(visit(table))
    assert (row["Name"], row["Status"]) == ("?", "Damaged")


def test_no_run_was_started_in_the_future(store, visit):
    """As after the clock was set back."""
    record = make_run(store, "a")
    file = record.path / "config.json"
    file.write_text(file.read_text().replace(record.created[:10], "2190-01-01"))
    started = visit(table).dataframe[0].value["Started"][0]
    assert started <= datetime.now(UTC)


def test_at_a_local_start_all_runs_are_ones_own_so_no_owner_is_told(visit, three):
    assert len(three) == 3
    assert "Owner" not in visit(table).dataframe[0].value
