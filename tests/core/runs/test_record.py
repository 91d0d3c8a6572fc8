"""What is read of a run's files, damaged ones among them."""

import pytest

from core.errors import RunError
from core.runs import record as runs
from core.runs.record import ACTIVE, APP_ENDED, FAILED, INTERRUPTED, STOPPED, RunState, read_state, write_state
from core.runs.result import write_result
from core.storage.locks import hold_as_worker, hold_in_queue
from core.texts.message import message
from core.training.events import RunFailed, RunStarted, StepEnd
from tests.core.runs.editing import edit, edit_config
from tests.made import RESULT, full_disk, make_config


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


def test_on_a_full_disk_the_state_is_written_in_its_place(record, monkeypatch):
    write_state(record.path, RunState(STOPPED, message("a long reason that takes some room")))
    monkeypatch.setattr(runs, "write_atomically", full_disk)
    write_state(record.path, RunState(FAILED, message("disk full")))
    assert read_state(record.path) == RunState(FAILED, message("disk full"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epochs": 0}, "epochs is 0; it must be a whole number from 1 to 1,000."),
        ({"epochs": 10**400}, "It holds a number beyond ±9,223,372,036,854,775,807."),
        ({"epochs": 10**18}, "it must be a whole number from 1 to 1,000."),
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


@pytest.mark.parametrize(
    "created",
    ["yesterday", None, 5, "", "2026-01-31T12:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"],
)
def test_the_time_of_creation_must_be_one(store, record, created):
    edit(record, "config.json", created=created)
    assert f"created is {str(created)!r}; it must be a time with its zone, from 1970 to 2199." in str(
        store.damaged()[record.id]
    )


def test_names_and_tags_may_be_edited(store, record):
    edit(record, "config.json", name=7, tags={"a": 1})
    assert (store.get(record.id).name, store.get(record.id).tags) == ("7", {"a": "1"})
    edit(record, "config.json", name=None, tags=[])
    assert (store.get(record.id).name, store.get(record.id).tags) == (str(record.config.label()), {})


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
        ({"test_accuracy": 5.0}, "test_accuracy is 5; it must be from 0 to 1"),
        ({"val_accuracy": -0.5}, "val_accuracy is -0.5; it must be from 0 to 1"),
        ({"test_accuracy": 0.7}, "confusion counts 8 right of 10, but test_accuracy is 0.7"),
        ({"n_test": 11}, "confusion counts 10 images, but n_test is 11"),
        ({"seconds": -1.0}, "seconds is -1; it must be 0 or more"),
        ({"confusion": [[9, -1], [0, 2]]}, "confusion has the count -1; it must be 0 or more"),
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


def test_the_history_comes_from_the_log(record):
    assert record.history().step == 0
    record.log.append(RunStarted(0, 0, 4, 2, 64, 8, 7850, "cpu"), StepEnd(1, 1, (2.0,), 0.5, 0.1, 1.0, 1.0))
    record.log.append(RunFailed(1, message("no data")))
    assert list(record.history().step_losses) == [2.0]
