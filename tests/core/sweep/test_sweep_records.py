import json
import os

import pytest

from core.errors import RunBusy, RunError, RunNotFound
from core.owners.visitor import Visitor
from core.runs.record import RunState, write_state
from core.runs.result import write_result
from core.storage.locks import hold_in_queue
from core.sweep.cells import best_cell, gather_cells
from tests.made import Noon, full_disk
from tests.sweeps import add_trial, make_result, make_space, make_trials


def test_a_sweep_is_read_back_as_it_was_written(sweeps):
    space = make_space(lr=(0.1, 0.01), batch_size=(16, 32, 64))
    sweep = sweeps.create(space, " my sweep ")
    assert sweeps.get(sweep.id) == sweep
    assert (sweep.name, sweep.space) == ("my sweep", space)
    trials = sweeps.trials(sweep)
    assert [(trial.number, trial.status) for trial in trials] == [(number, "waiting") for number in range(6)]
    cells = [(trial.config.lr, trial.config.batch_size) for trial in trials]
    assert cells == [(0.1, 16), (0.1, 32), (0.1, 64), (0.01, 16), (0.01, 32), (0.01, 64)]


def test_a_new_sweep_never_takes_another_sweep_s_folder(sweeps, monkeypatch):
    tokens = iter(["aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr("core.storage.new_folder.secrets.token_hex", lambda _: next(tokens))
    monkeypatch.setattr("core.sweep.records.datetime", Noon)
    first, second = sweeps.create(make_space(lr=(0.1,)), "first"), sweeps.create(make_space(lr=(0.2,)), "second")
    assert (first.id[-4:], second.id[-4:]) == ("aaaa", "bbbb")
    assert [sweep.name for sweep in sweeps.all()] == ["second", "first"]


def test_the_store_of_runs_does_not_take_a_sweep_for_a_run(sweeps, store):
    sweeps.create(make_space(lr=(0.1, 0.01)))
    assert store.all() == []
    assert store.damaged() == {}


def test_sweeps_are_listed_newest_first_without_damaged_ones(sweeps):
    first, second = sweeps.create(make_space(lr=(0.1,))), sweeps.create(make_space(lr=(0.2,)))
    renamed = first.path.rename(first.path.with_name("20200101-000000-softmax-0000"))
    broken = sweeps.create(make_space(lr=(0.3,)))
    (broken.path / "sweep.json").write_text("{")
    assert [sweep.id for sweep in sweeps.all()] == [second.id, renamed.name]
    assert list(sweeps.damaged()) == [broken.id]
    assert str(sweeps.damaged()[broken.id]).startswith(f"{broken.id}/sweep.json: It is not JSON: ")


@pytest.mark.parametrize("name", ["nothing", "..", "", "a/b"])
def test_an_unknown_sweep_is_named(sweeps, name):
    with pytest.raises(RunNotFound, match="There is no sweep"):
        sweeps.get(name)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"grid": {"lr": [0.1, 0.1]}}, "lr has the value 0.1 twice"),
        ({"grid": {"seed": list(range(500))}}, "500 cells; at most 400"),
        ({"base": {"epochs": 0}}, "epochs is 0"),
        ({"base": 3}, "must be a JSON object"),
        ({"created": "yesterday"}, "created is 'yesterday'; it must be a time"),
        ({"created": None}, "created is 'None'; it must be a time"),
    ],
)
def test_a_file_edited_by_hand_is_reported(sweeps, change, words):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    file = sweep.path / "sweep.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(RunError) as caught:
        sweeps.get(sweep.id)
    assert words in str(caught.value)
    assert sweep.id in str(caught.value)


def test_trials_are_found_by_their_tags(sweeps, store):
    sweep, other = sweeps.create(make_space(lr=(0.1, 0.2, 0.3))), sweeps.create(make_space(lr=(0.1, 0.2, 0.3)))
    good, bad = add_trial(store, sweep, 0, accuracy=0.9), add_trial(store, sweep, 2, reason="The loss became nan.")
    add_trial(store, other, 1, accuracy=0.99)
    trials = sweeps.trials(sweep)
    assert [trial.record and trial.record.id for trial in trials] == [good.id, None, bad.id]
    assert [trial.val_accuracy for trial in trials] == [0.9, None, None]
    assert [trial.is_settled for trial in trials] == [True, False, True]
    assert str(trials[2].reason) == "The loss became nan."


@pytest.mark.parametrize(
    ("states", "counts"),
    [
        (("finished", "failed", "cut short"), 0),
        (("failed", "finished", "cut short"), 1),
        (("cut short", "failed", "finished"), 2),
        (("failed", "cut short"), 1),
        (("cut short", "failed"), 1),
    ],
)
def test_of_several_runs_for_a_cell_a_finished_one_counts_else_the_newest(sweeps, store, states, counts):
    """States from the oldest run to the newest."""
    sweep = sweeps.create(make_space(lr=(0.1, 0.2, 0.3)))
    for age, state in enumerate(states):
        record = add_trial(store, sweep, 1, 0.9 if state == "finished" else None, "nan" if state == "failed" else "")
        # Ids made within one second are in no order.
        record.path.rename(store.root / f"2026010{age + 1}-000000-softmax-0000")
    first, second, third = sweeps.trials(sweep)
    assert second.record.id == f"2026010{counts + 1}-000000-softmax-0000"
    assert (first.record, third.record) == (None, None)


def test_a_trial_that_was_stopped_has_no_result_even_when_measured(sweeps, store):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    record = add_trial(store, sweep, 0)
    write_result(record.path, make_result(0.99))
    write_state(record.path, RunState("stopped", step=10, total_steps=40))
    trial = sweeps.trials(sweep)[0]
    assert (trial.val_accuracy, trial.is_settled, trial.progress) == (None, False, 0.25)
    assert best_cell(gather_cells(sweep.space, [trial])) is None


def test_the_best_is_chosen_by_validation_accuracy_then_by_validation_loss(sweeps):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2, 0.3)), [0.8, 0.9, 0.9])
    third = sweeps.trials(sweep)[2].record
    write_result(third.path, make_result(0.9))
    assert best_cell(gather_cells(sweep.space, sweeps.trials(sweep))).number == 1
    values = json.loads((third.path / "card.json").read_text())
    (third.path / "card.json").write_text(json.dumps({**values, "val_loss": 0.01}))
    assert best_cell(gather_cells(sweep.space, sweeps.trials(sweep))).number == 2


def test_a_sweep_runs_while_somebody_holds_its_lock(sweeps):
    sweep = sweeps.create(make_space(lr=(0.1,)))
    assert not sweep.is_running
    lock = hold_in_queue(sweep.path)
    assert sweep.is_running
    lock.release()
    assert not sweep.is_running


def test_deleting_a_sweep_takes_its_runs_along_and_no_others(sweeps, store):
    sweep, other = (make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.8, 0.9]) for _ in range(2))
    lock = hold_in_queue(sweep.path)
    with pytest.raises(RunBusy, match="is running; stop it before deleting it"):
        sweeps.delete(sweep)
    lock.release()
    sweeps.delete(sweep)
    assert [left.id for left in sweeps.all()] == [other.id]
    assert {record.tags["sweep"] for record in store.all()} == {other.id}


def test_a_sweep_with_a_run_in_work_cannot_be_deleted(sweeps, store):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    record = add_trial(store, sweep, 0)
    write_state(record.path, RunState("running"))
    lock = hold_in_queue(record.path)
    with pytest.raises(RunBusy):
        sweeps.delete(sweep)
    lock.release()
    assert sweeps.all() == [sweep]


def test_a_damaged_sweep_is_deleted_and_its_runs_stay(sweeps, store):
    good, damaged = (make_trials(sweeps, make_space(lr=(0.1,)), [0.8]) for _ in range(2))
    (damaged.path / "sweep.json").write_text("{")
    sweeps.delete_damaged(damaged.id)
    assert (sweeps.all(), sweeps.damaged()) == ([good], {})
    assert len(store.all()) == 2


def test_a_sweep_s_folder_without_its_file_is_damaged_and_can_be_deleted(sweeps, store):
    sweep = make_trials(sweeps, make_space(lr=(0.1,)), [0.8])
    (sweep.path / "sweep.json").unlink()
    # Another process may be about to write it.
    assert (sweeps.all(), sweeps.damaged()) == ([], {})
    os.utime(sweep.path, (0, 0))
    assert str(sweeps.damaged()[sweep.id]) == f"{sweep.id}/sweep.json cannot be read: No such file or directory."
    sweeps.delete_damaged(sweep.id)
    assert (sweep.path.exists(), sweeps.damaged(), len(store.all())) == (False, {}, 1)


def test_a_sweep_s_folder_of_an_unreadable_file_or_name_is_damaged(sweeps, store):
    sweep = sweeps.create(make_space(lr=(0.1,)))
    (sweep.path / "sweep.json").unlink()
    (sweep.path / "sweep.json").mkdir()
    strange = os.fsdecode(b"\xff\xfe")
    (store.root / "sweeps" / strange).mkdir()
    os.utime(store.root / "sweeps" / strange, (0, 0))
    (store.root / "sweeps" / "notes.txt").touch()
    assert sweeps.damaged().keys() == {sweep.id, strange}
    for folder in (sweep.id, strange):
        sweeps.delete_damaged(folder)
    assert sweeps.damaged() == {}


def test_nothing_else_is_deleted_as_a_damaged_sweep(sweeps, store):
    good, damaged = (sweeps.create(make_space(lr=(0.1,))) for _ in range(2))
    (damaged.path / "sweep.json").write_text("{")
    for name in (good.id, "", ".", "..", f"../{store.root.name}", "nothing"):
        with pytest.raises(RunNotFound, match="There is no sweep"):
            sweeps.delete_damaged(name)
    with pytest.raises(RunNotFound):
        sweeps.seen_by(Visitor("one")).delete_damaged(damaged.id)
    lock = hold_in_queue(damaged.path)
    with pytest.raises(RunBusy, match="is running; stop it before deleting it"):
        sweeps.delete_damaged(damaged.id)
    lock.release()
    assert sweeps.all() == [good]
    assert list(sweeps.damaged()) == [damaged.id]


def test_a_damaged_sweep_that_cannot_be_deleted_is_reported(sweeps, monkeypatch):
    damaged = sweeps.create(make_space(lr=(0.1,)))
    (damaged.path / "sweep.json").write_text("{")
    monkeypatch.setattr("core.sweep.records.shutil.rmtree", full_disk)
    with pytest.raises(RunError, match="cannot be deleted: No space left on device"):
        sweeps.delete_damaged(damaged.id)
