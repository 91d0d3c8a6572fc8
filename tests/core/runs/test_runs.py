import errno
import json
import os
import shutil
from contextlib import contextmanager
from functools import partial

import pytest

from core.errors import RunBusy, RunError, RunNotFound
from core.runs import record as runs
from core.runs import store as run_store
from core.runs.record import (
    ACTIVE,
    APP_ENDED,
    FAILED,
    FINISHED,
    INTERRUPTED,
    RUNNING,
    STOPPED,
    RunResult,
    RunState,
    read_run,
    read_state,
    write_result,
    write_state,
)
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS
from core.storage import locks, new_folder
from core.storage.locks import hold_as_worker, hold_in_queue, is_locked
from core.texts.message import message
from core.training.events import RunFailed, RunStarted, StepEnd
from tests.made import Noon, make_config

RESULT = RunResult(2, 1, 0.9, 0.5, 0.8, 0.6, 10, 7850, 1.5, "cpu", tuple((1,) * 10 for _ in range(10)), {"torch": "2"})


@pytest.fixture
def record(store):
    return store.create(make_config(), "first")


@pytest.fixture
def with_bundled(store, tmp_path):
    """A store with one bundled run, called "small", and one of its own."""
    bundled = tmp_path / "bundled"
    made = RunStore(bundled).create(make_config(), "small")
    write_result(made.path, RESULT)
    made.path.rename(bundled / "small")
    store.create(make_config(), "own")
    return RunStore(store.root, bundled)


@contextmanager
def hold_queue(folder):
    lock = hold_in_queue(folder)
    try:
        yield
    finally:
        lock.release()


def edit(record, file, **changes):
    path = record.path / file
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, **changes}))


def edit_config(record, **changes):
    edit(record, "config.json", config={**record.config.to_dict(), **changes})


def full_disk(*_args, **_more):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_new_run_is_there_but_not_started(store):
    config = make_config(arch="mlp", options={"hidden": (8,)})
    record = store.create(config, " my run ", {"recipe": "tiny"})
    assert (record.name, record.config, record.tags) == ("my run", config, {"recipe": "tiny"})
    assert record.state == RunState(INTERRUPTED, message("Training has not started."))
    assert (record.is_active, record.can_predict, record.result, record.bundled) == (False, False, None, False)
    assert record.can_resume
    assert store.get(record.id) == record


def test_a_run_without_a_name_is_called_by_its_network(store):
    assert store.create(make_config()).name == "Softmax regression · Digits (embedded)"
    assert store.create(make_config(), "  ").name == "Softmax regression · Digits (embedded)"


def test_a_new_run_never_takes_another_run_s_folder(store, monkeypatch):
    tokens = iter(["aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr(new_folder.secrets, "token_hex", lambda _: next(tokens))
    monkeypatch.setattr(run_store, "datetime", Noon)
    first, second = store.create(make_config(), "first"), store.create(make_config(), "second")
    assert (first.id[-4:], second.id[-4:]) == ("aaaa", "bbbb")
    assert [run.name for run in store.all()] == ["second", "first"]


def test_runs_are_listed_newest_first_and_bundled_ones_last(with_bundled, store):
    newest = with_bundled.create(make_config(arch="mlp"), "newest").path
    newest.rename(newest.with_name("2999" + newest.name[4:]))
    assert [record.name for record in with_bundled.all()] == ["newest", "own", "small"]
    assert [record.name for record in store.all()] == ["newest", "own"]


def test_an_empty_store_is_no_error(tmp_path):
    store = RunStore(tmp_path / "none", tmp_path / "nothing")
    assert (store.all(), store.damaged()) == ([], {})
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "run_id",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "/etc",
        "nothing",
        "a\0b",
        "a\nb",
        "-x",
        ".hidden",
        "x" * 200,
        "20260101-000000-mlp",
    ],
)
@pytest.mark.usefixtures("record")
def test_unknown_ids_are_named(store, run_id):
    with pytest.raises(RunNotFound) as caught:
        store.get(run_id)
    assert str(caught.value) == f"There is no run {run_id!r}."


def test_no_id_leads_out_of_the_store(store, record):
    outside = store.root.parent / "outside"
    shutil.copytree(record.path, outside)
    for call in (store.get, store.delete, lambda run_id: store.rename(run_id, "mine")):
        with pytest.raises(RunNotFound):
            call("../outside")
    assert read_run(outside).name == "first"


def test_only_a_run_of_a_sweep_is_a_trial(store):
    runs = [store.create(make_config(), tags=tags) for tags in ({}, {"recipe": "cnn"}, {"sweep": "s", "cell": "0"})]
    assert [run.is_trial for run in runs] == [False, False, True]


def test_renaming_changes_the_name_alone(store):
    config = make_config(arch="mlp", options={"hidden": (8, 4)}, epochs=9, seed=7, device="auto", keep_best=False)
    made = store.create(config, "first", {"recipe": "tiny", "sweep": "a sweep"})
    edit(made, "config.json", created="2020-02-29T12:34:56+01:00")
    write_result(made.path, RESULT)
    write_state(made.path, RunState(STOPPED, message("enough"), 3, 1, 20))
    before = store.get(made.id)
    store.rename(made.id, "  better ")
    assert store.get(made.id) == runs.replace(before, name="better")
    assert before.created == "2020-02-29T12:34:56+01:00"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_has_limits(store, record, name):
    with pytest.raises(RunError, match=f"A name has 1 to 80 characters; this one has {len(name.strip())}"):
        store.rename(record.id, name)
    if name.strip():
        with pytest.raises(RunError, match="A name has 1 to 80 characters"):
            store.create(make_config(), name)
    assert [run.name for run in store.all()] == ["first"]


def test_deleting_removes_one_run(store, record):
    other = store.create(make_config(), "second")
    store.delete(record.id)
    assert store.all() == [other]
    assert not record.path.exists()


def test_an_active_run_cannot_be_deleted(store, record):
    write_state(record.path, RunState(RUNNING))
    with hold_as_worker(record.path), pytest.raises(RunBusy, match="'first' is running; stop it before deleting it"):
        store.delete(record.id)
    store.delete(record.id)


def test_a_run_being_measured_cannot_be_deleted(store, record):
    write_state(record.path, RunState(STOPPED))
    with hold_as_worker(record.path), pytest.raises(RunBusy, match="'first' is still being measured"):
        store.delete(record.id)
    assert record.path.exists()


@pytest.mark.parametrize("file", ["config.json", "card.json"])
def test_a_damaged_run_can_be_deleted(store, record, file):
    other = store.create(make_config(), "second")
    (record.path / file).write_text("{")
    store.delete(record.id)
    assert not record.path.exists()
    assert store.scan() == ([other], {})


def test_a_run_without_its_configuration_can_be_deleted(store, record):
    (record.path / "config.json").unlink()
    assert list(store.damaged()) == [record.id]
    store.delete(record.id)
    assert store.damaged() == {}


@pytest.mark.parametrize("hold", [hold_as_worker, hold_queue])
def test_a_damaged_run_that_is_being_worked_on_cannot_be_deleted(store, record, hold):
    (record.path / "config.json").write_text("{")
    with hold(record.path), pytest.raises(RunBusy, match=f"'{record.id}' is still being measured"):
        store.delete(record.id)
    assert record.path.exists()


def test_a_damaged_bundled_run_is_left_alone(with_bundled, tmp_path):
    (tmp_path / "bundled" / "small" / "config.json").write_text("{")
    with pytest.raises(RunError, match=r"small/config\.json"):
        with_bundled.delete("small")
    assert (tmp_path / "bundled" / "small").exists()


def test_other_folders_beside_the_runs_cannot_be_deleted(store, record):
    (record.path / "config.json").write_text("{")
    (store.root / "sweeps").mkdir()
    outside = store.root.parent / "outside"
    shutil.copytree(record.path, outside)
    for run_id in ("sweeps", "../outside", "..", "."):
        with pytest.raises(RunNotFound):
            store.delete(run_id)
    assert outside.exists()
    assert (store.root / "sweeps").exists()


def test_nothing_can_begin_to_work_on_a_run_that_is_being_deleted(store, record, monkeypatch):
    refused, rmtree = [], shutil.rmtree
    monkeypatch.setattr(locks, "_QUEUE_SECONDS", 0.0)

    def remove(path):
        for hold in (partial(hold_as_worker, seconds=0), hold_queue):
            with pytest.raises(RunBusy), hold(path):
                pass
            refused.append(hold)
        rmtree(path)

    monkeypatch.setattr(run_store.shutil, "rmtree", remove)
    store.delete(record.id)
    assert len(refused) == 2
    assert not record.path.exists()


def test_a_folder_that_cannot_be_deleted_is_reported(store, record, monkeypatch):
    monkeypatch.setattr(run_store.shutil, "rmtree", full_disk)
    with pytest.raises(RunError, match="'first' cannot be deleted: No space left on device"):
        store.delete(record.id)
    assert not is_locked(record.path)


def test_a_state_of_an_older_run_with_a_plain_reason_is_read(store, record):
    (record.path / "state.json").write_text('{"status": "failed", "reason": "It is {so}.", "step": 3}')
    state = store.get(record.id).state
    assert (state.status, str(state.reason), state.step, state.has_diverged) == (FAILED, "It is {so}.", 3, False)


def test_a_reason_is_stored_as_a_text_and_its_values(record):
    reason = message("The loss became {loss} in step {step:,}.", loss=float("nan"), step=1234)
    write_state(record.path, RunState(FAILED, reason))
    state = read_state(record.path)
    assert state.reason.id == reason.id
    assert str(state.reason) == "The loss became nan in step 1,234."


def test_bundled_runs_are_read_only(with_bundled):
    record = with_bundled.get("small")
    assert record.bundled
    assert record.state == RunState(FINISHED)
    assert not record.can_resume
    for change in (with_bundled.delete, lambda run_id: with_bundled.rename(run_id, "mine")):
        with pytest.raises(RunError, match="'small' comes with the app and cannot be changed"):
            change("small")
    assert with_bundled.get("small") == record


def test_the_bundled_runs_that_ship_can_be_read(tmp_path):
    store = RunStore(tmp_path, BUNDLED_RUNS)
    assert store.damaged() == {}
    assert all(record.result is not None and record.can_predict for record in store.all())


def test_a_full_disk_is_reported_and_leaves_nothing(store, record, monkeypatch):
    for module in (runs, run_store):
        monkeypatch.setattr(module, "write_atomically", full_disk)
    with pytest.raises(RunError, match=r"The run cannot be saved in .*: No space left on device"):
        store.create(make_config())
    with pytest.raises(RunError, match="'first' cannot be renamed: No space left on device"):
        store.rename(record.id, "other")
    assert [path.name for path in store.root.iterdir()] == [record.id]


def test_on_a_full_disk_the_state_is_written_in_its_place(record, monkeypatch):
    write_state(record.path, RunState(STOPPED, message("a long reason that takes some room")))
    monkeypatch.setattr(runs, "write_atomically", full_disk)
    write_state(record.path, RunState(FAILED, message("disk full")))
    assert read_state(record.path) == RunState(FAILED, message("disk full"))


def test_a_store_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"The run cannot be saved in .*/file: "):
        RunStore(tmp_path / "file").create(make_config())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epochs": 0}, "epochs is 0; it must be a whole number from 1 to 1,000."),
        ({"epochs": 10**400}, "it must be a whole number from 1 to 1,000."),
        ({"lr": "fast"}, "lr is 'fast'; it must be a number above 0, at most 100."),
        ({"batch_size": 50_000}, "batch_size is 50,000; Digits (embedded) leaves 1,293 images"),
        ({"arch": "resnet"}, "Unknown architecture 'resnet'; known: softmax"),
        ({"arch": []}, "Unknown architecture []; known: softmax"),
        ({"dataset": "cifar"}, "Unknown data set 'cifar'; known: mnist"),
        ({"colour": "red"}, "Unknown setting 'colour'"),
        ({"options": {"hidden": [5]}}, "This architecture has no option 'hidden'; it has none."),
        ({"options": None}, "options is None; it must be a JSON object."),
    ],
)
def test_a_bad_value_in_the_configuration_is_named(store, record, changes, said):
    other = store.create(make_config(), "other")
    edit_config(record, **changes)
    with pytest.raises(RunError) as caught:
        store.get(record.id)
    assert str(caught.value).startswith(f"{record.id}/config.json: ")
    assert said in str(caught.value)
    assert store.all() == [other]
    assert list(store.damaged()) == [record.id]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '{"config": 3}', "{}", '{"name": "x"}'])
def test_a_damaged_configuration_hides_no_other_run(store, record, text):
    other = store.create(make_config(), "other")
    (record.path / "config.json").write_text(text)
    assert store.all() == [other]
    assert record.id in str(store.damaged()[record.id])


@pytest.mark.parametrize("created", ["yesterday", None, 5, "", "2026-01-31T12:00:00"])
def test_the_time_of_creation_must_be_one(store, record, created):
    edit(record, "config.json", created=created)
    assert f"created is {str(created)!r}; it must be a time with its zone." in str(store.damaged()[record.id])


def test_names_and_tags_may_be_edited(store, record):
    edit(record, "config.json", name=7, tags={"a": 1})
    assert (store.get(record.id).name, store.get(record.id).tags) == ("7", {"a": "1"})
    edit(record, "config.json", name=None, tags=[])
    assert (store.get(record.id).name, store.get(record.id).tags) == (record.config.label(), {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"status": "flying"}',
        '{"status": 5}',
        '{"status": ["running"]}',
        '{"reason": "x"}',
        '{"status": "finished", "step": "many"}',
        '{"status": "finished", "mood": "good"}',
    ],
)
def test_a_damaged_state_counts_as_interrupted(store, record, text):
    (record.path / "state.json").write_text(text)
    assert store.get(record.id).state == RunState(INTERRUPTED, message("Its state.json is missing or damaged."))


def test_a_missing_state_counts_as_interrupted(store, record):
    (record.path / "state.json").unlink()
    assert store.get(record.id).state.status == INTERRUPTED


@pytest.mark.parametrize("status", ACTIVE)
@pytest.mark.parametrize("hold", [hold_as_worker, hold_in_queue])
def test_a_run_is_active_only_as_long_as_somebody_holds_it(store, record, status, hold):
    write_state(record.path, RunState(status, step=3, total_steps=10))
    before = store.get(record.id)
    lock = hold(record.path)
    if hold is hold_as_worker:
        with lock:
            held = store.get(record.id)
    else:
        held = store.get(record.id)
        lock.release()
    after = store.get(record.id)
    assert held.state == RunState(status, step=3, total_steps=10)
    assert held.is_active
    assert not held.can_resume
    assert before.state == after.state
    assert after.state == RunState(INTERRUPTED, APP_ENDED, 3, 0, 10)
    assert after.can_resume


def test_a_result_is_kept(store, record):
    write_result(record.path, RESULT)
    assert store.get(record.id).result == RESULT


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"test_accuracy": "good"}, "'good' is not of type float"),
        ({"test_loss": None}, "None is not of type float"),
        ({"n_test": 1.5}, "1.5 is not of type int"),
        ({"confusion": [[1, 2]]}, "confusion must have as many columns as rows"),
        ({"confusion": []}, "confusion must have as many columns as rows"),
        ({"confusion": [["a"] * 10] * 10}, "'a' is not of type int"),
        ({"confusion": [[float("inf")]]}, "inf is not of type int"),
        ({"versions": {"torch": 2}}, "2 is not of type str"),
        ({"colour": "red"}, "'colour'"),
    ],
)
def test_a_bad_value_in_the_result_is_named(store, record, changes, said):
    write_result(record.path, RESULT)
    edit(record, "card.json", **changes)
    said_of = str(store.damaged()[record.id])
    assert said_of.startswith(f"{record.id}/card.json is not a run's result: ")
    assert said in said_of


def test_other_folders_and_files_are_no_runs(store, record):
    (store.root / "settings.json").write_text("{}")
    (store.root / "empty").mkdir()
    assert store.all() == [record]
    assert store.damaged() == {}


def test_the_history_comes_from_the_log(record):
    assert record.history().step == 0
    record.log.append(RunStarted(0, 0, 4, 2, 64, 8, 7850, "cpu"), StepEnd(1, 1, (2.0,), 0.5, 0.1, 1.0, 1.0))
    record.log.append(RunFailed(1, message("no data")))
    assert list(record.history().step_losses) == [2.0]
