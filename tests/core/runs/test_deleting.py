"""Runs that are deleted, and those that cannot be."""

import shutil
from contextlib import contextmanager
from functools import partial

import pytest

from core.errors import RunBusy, RunError, RunNotFound
from core.runs import store as run_store
from core.runs.record import RUNNING, STOPPED, RunState, write_state
from core.storage import locks
from core.storage.locks import hold_as_worker, hold_in_queue, is_locked
from tests.made import full_disk, make_config


@contextmanager
def hold_queue(folder):
    lock = hold_in_queue(folder)
    try:
        yield
    finally:
        lock.release()


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
