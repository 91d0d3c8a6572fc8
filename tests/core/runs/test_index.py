import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.runs import index as module
from core.runs import record as records
from core.runs.index import RunIndex
from core.runs.record import FAILED, FINISHED, INTERRUPTED, RUNNING, STOPPED, RunState, write_state
from core.settings import PROJECT
from core.storage.locks import hold_as_worker
from core.texts.message import message
from tests.made import full_disk, make_config, set_clock


@pytest.fixture
def index(store):
    return RunIndex(store.root)


@pytest.fixture
def read(monkeypatch):
    """The names of the folders that are read."""
    names = []
    read_stored_run = module.read_stored_run

    def note(path, bundled=False):
        names.append(path.name)
        return read_stored_run(path, bundled)

    monkeypatch.setattr(module, "read_stored_run", note)
    return names


def age(folder):
    """As if the folder had been changed an hour ago."""
    hour_ago = time.time() - 3600
    os.utime(folder, (hour_ago, hour_ago))


def add_run(store, name="a run", **changes):
    record = store.create(make_config(**changes), name)
    age(record.path)
    return record


def edit_in_place(record, name):
    """Give a run another name without setting its folder's time."""
    file = record.path / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "name": name}))


def names(index):
    return [record.name for record in index.scan().records]


def state_of(index, record):
    [state] = [other.state for other in index.scan().records if other.id == record.id]
    return state


def test_a_folder_is_read_again_only_after_a_change(store, index, read):
    one, other = add_run(store, "one"), add_run(store, "other")
    first = index.scan()
    read.clear()
    assert index.scan() == first
    assert read == []
    store.annotate(other.id, "renamed")
    assert sorted(names(index)) == ["one", "renamed"]
    assert read == [other.id]
    assert one.id != other.id


def test_new_and_deleted_runs_are_seen(store, index):
    one = add_run(store, "one")
    assert names(index) == ["one"]
    store.create(make_config(), "two")
    assert sorted(names(index)) == ["one", "two"]
    store.delete(one.id)
    assert names(index) == ["two"]


def test_a_state_written_in_place_on_a_full_disk_is_seen(store, index, monkeypatch):
    record = add_run(store)
    assert state_of(index, record).status == INTERRUPTED
    monkeypatch.setattr(records, "write_atomically", full_disk)
    write_state(record.path, RunState(FAILED, message("disk full")))
    assert state_of(index, record) == RunState(FAILED, message("disk full"))


def test_a_change_right_after_reading_is_seen_though_the_time_is_the_same(store, index):
    record = store.create(make_config(), "before")
    changed = record.path.stat().st_mtime_ns
    assert names(index) == ["before"]
    edit_in_place(record, "after")
    assert record.path.stat().st_mtime_ns == changed
    assert names(index) == ["after"]


def test_a_file_edited_in_place_long_after_is_seen_within_a_minute(store, index, monkeypatch):
    record = add_run(store, "before")
    assert names(index) == ["before"]
    edit_in_place(record, "after")
    now = time.time_ns()
    set_clock(monkeypatch, module, time_ns=lambda: now + 61 * 10**9)
    assert names(index) == ["after"]


def test_a_clock_that_was_set_back_hides_nothing(store, index, monkeypatch):
    record = add_run(store, "before")
    assert names(index) == ["before"]
    edit_in_place(record, "after")
    now = time.time_ns()
    set_clock(monkeypatch, module, time_ns=lambda: now - 10**12)
    assert names(index) == ["after"]


def test_an_active_run_s_lock_is_looked_at_each_time(store, index, read):
    record = add_run(store)
    with hold_as_worker(record.path):
        # Makes the lock's file.
        write_state(record.path, RunState(RUNNING, step=3))
    age(record.path)
    assert state_of(index, record).status == INTERRUPTED
    read.clear()
    with hold_as_worker(record.path):
        assert state_of(index, record) == RunState(RUNNING, step=3)
    assert state_of(index, record).status == INTERRUPTED
    assert read == []


def test_damaged_folders_are_listed_apart_and_not_read_again(store, index, read):
    good, damaged = add_run(store, "good"), add_run(store)
    (damaged.path / "config.json").write_text("{")
    for _ in range(2):
        listing = index.scan()
        assert [record.id for record in listing.records] == [good.id]
        assert str(listing.damaged[damaged.id]).startswith(f"{damaged.id}/config.json: It is not JSON: ")
    assert sorted(read) == sorted([good.id, damaged.id])


def test_a_folder_that_has_lost_its_configuration_is_damaged(store, index):
    record = add_run(store)
    (record.path / "config.json").unlink()
    said = f"{record.id}/config.json cannot be read: No such file or directory."
    assert str(index.scan().damaged[record.id]) == said


@pytest.mark.parametrize("left", ["weights.safetensors", "checkpoint.safetensors", "events.jsonl", "card.json"])
def test_what_is_left_of_a_run_that_was_deleted_is_damaged(store, index, left):
    record = add_run(store)
    for file in record.path.iterdir():
        file.unlink()
    (record.path / left).touch()
    assert list(index.scan().damaged) == [record.id]


def test_another_folder_with_the_same_time_is_read(store, index, read):
    record, other = add_run(store), add_run(store)
    time = record.path.stat().st_mtime_ns
    index.scan()
    read.clear()
    shutil.rmtree(record.path)
    other.path.rename(record.path)
    os.utime(record.path, ns=(time, time))
    index.scan()
    assert read == [record.id]


def test_a_folder_whose_name_is_no_run_s_is_damaged(store, index):
    record = add_run(store)
    record.path.rename(store.root / "a copy (2)")
    assert "letters, digits" in str(index.scan().damaged["a copy (2)"])
    assert index.scan().records == []


def test_threads_that_list_while_others_write_see_whole_listings(store, index):
    ids = {add_run(store).id for _ in range(20)}
    is_done = threading.Event()

    def look():
        listings = 0
        while not is_done.is_set() or not listings:
            listing = index.scan()
            assert {record.id for record in listing.records} == ids
            assert listing.damaged == {}
            listings += 1
        return listings

    with ThreadPoolExecutor(4) as threads:
        lookers = [threads.submit(look) for _ in range(4)]
        for step in range(1, 11):
            for run_id in ids:
                write_state(store.root / run_id, RunState(STOPPED, step=step))
        is_done.set()
        assert all(looker.result() for looker in lookers)
    assert [record.state for record in index.scan().records] == [RunState(STOPPED, step=10)] * 20


WRITER = """
import sys
from pathlib import Path
from core.runs.record import RunState, write_state
for step in range(1, 301):
    write_state(Path(sys.argv[1]), RunState("finished" if step == 300 else "stopped", step=step))
"""


def test_what_another_process_writes_is_seen_in_its_order_to_the_last(store, index):
    record = add_run(store)
    steps = [state_of(index, record).step]
    with subprocess.Popen([sys.executable, "-c", WRITER, str(record.path)], cwd=PROJECT) as writer:
        while writer.poll() is None:
            steps.append(state_of(index, record).step)
    assert state_of(index, record) == RunState(FINISHED, step=300)
    assert steps == sorted(steps)
    assert len(set(steps)) > 2


def test_a_root_that_is_not_there_has_no_runs(tmp_path):
    assert RunIndex(tmp_path / "none").scan() == ([], {})
