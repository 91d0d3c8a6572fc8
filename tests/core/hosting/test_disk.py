"""Which runs go by themselves: old ones, and the oldest where space is short; never one that somebody needs."""

import os
import time

import pytest

from core.hosting.disk import clean_up, visitors_bytes
from core.operator.settings_file import OperatorSettings
from core.owners.visitor import OPERATOR
from core.runs.record import FINISHED, RUNNING, RunState, write_state
from core.storage.locks import hold_in_queue
from core.sweep.records import SweepStore
from tests.core.hosting.conftest import ONE, OTHER
from tests.made import make_config
from tests.sweeps import make_space

DAY = 86_400
MONTH = OperatorSettings(keep_days=30)


@pytest.fixture
def old_run(store):
    """A finished run that was last changed so many days ago, of so many megabytes."""

    def make(days, visitor=ONE, megabytes=0, **tags):
        record = store.seen_by(visitor).create(make_config(), tags=tags)
        write_state(record.path, RunState(FINISHED))
        (record.path / "weights.safetensors").write_bytes(bytes(megabytes * 10**6))
        age(record.path, days)
        return record.id

    return make


def age(folder, days):
    os.utime(folder, (time.time() - days * DAY,) * 2)


def left(store):
    return {record.id for record in store.all()}


def test_runs_older_than_allowed_go(store, old_run):
    old, young = old_run(31), old_run(29)
    assert clean_up(store, MONTH) == [old]
    assert left(store) == {young}
    assert clean_up(store, MONTH) == []


def test_nothing_goes_where_nothing_is_limited(store, old_run):
    old = old_run(1000, megabytes=1)
    assert clean_up(store, OperatorSettings()) == []
    assert left(store) == {old}


def test_the_operators_runs_stay(store, old_run):
    operators = old_run(100, visitor=OPERATOR, megabytes=3)
    assert clean_up(store, OperatorSettings(keep_days=30, disk_mb=1)) == []
    assert left(store) == {operators}


def test_starred_open_and_active_runs_stay(store, old_run):
    starred, opened, active, gone = old_run(100, star="yes"), old_run(100), old_run(100), old_run(100)
    folder = store.root / active
    write_state(folder, RunState(RUNNING))
    age(folder, 100)
    lock = hold_in_queue(folder)
    try:
        assert clean_up(store, MONTH, open_ids={opened}) == [gone]
    finally:
        lock.release()
    assert left(store) == {starred, opened, active}


def test_of_too_much_the_oldest_go_until_a_fifth_is_free(store, old_run):
    # In no order of age.
    runs = {days: old_run(days, visitor, megabytes=1) for days, visitor in ((3, ONE), (5, OTHER), (1, ONE), (4, OTHER))}
    newest = old_run(0, megabytes=1)
    assert clean_up(store, OperatorSettings(disk_mb=6)) == []
    # Five megabytes and a little are to become four at most.
    assert clean_up(store, OperatorSettings(disk_mb=5)) == [runs[5], runs[4]]
    assert left(store) == {runs[3], runs[1], newest}


def test_a_clock_that_was_set_back_makes_nothing_old(store, old_run):
    young = old_run(-400)
    assert clean_up(store, MONTH) == []
    assert left(store) == {young}


def test_an_old_sweep_goes_once_its_cells_are_gone(store, old_run):
    sweeps = SweepStore(store)
    old, young, operators = (sweeps.seen_by(visitor).create(make_space(lr=[0.1])) for visitor in (ONE, ONE, OPERATOR))
    for sweep in (old, operators):
        age(sweep.path, 40)
    kept = old_run(1, sweep=old.id, cell="0")
    clean_up(store, MONTH)
    assert {sweep.id for sweep in sweeps.all()} == {old.id, young.id, operators.id}
    store.delete(kept)
    clean_up(store, MONTH)
    assert {sweep.id for sweep in sweeps.all()} == {young.id, operators.id}


def test_after_the_clock_was_set_back_the_oldest_still_go_first(store, old_run):
    newest, oldest, middle = (old_run(days, megabytes=1) for days in (-11, -9, -10))
    assert clean_up(store, OperatorSettings(disk_mb=2, keep_days=1)) == [oldest, middle]
    assert left(store) == {newest}


def test_a_sweep_goes_with_its_cells_and_not_before_the_last_of_them_is_old(store, old_run):
    sweep = SweepStore(store).seen_by(ONE).create(make_space(lr=[0.1, 0.01]))
    old_run(60, sweep=sweep.id, cell="0")
    young = old_run(1, sweep=sweep.id, cell="1")
    age(sweep.path, 60)
    assert clean_up(store, MONTH) == []
    age(store.root / young, 31)
    assert clean_up(store, MONTH, open_ids={sweep.id}) == []
    assert clean_up(store, MONTH) == [sweep.id]
    assert left(store) == set()
    assert SweepStore(store).all() == []


def test_the_finished_cells_of_a_running_sweep_stay_however_short_space_is(store, old_run):
    sweep = SweepStore(store).seen_by(ONE).create(make_space(lr=[0.1, 0.01]))
    cells = {old_run(40, megabytes=2, sweep=sweep.id, cell=cell) for cell in "01"}
    age(sweep.path, 40)
    limits = OperatorSettings(keep_days=30, disk_mb=1)
    lock = hold_in_queue(sweep.path)
    try:
        assert clean_up(store, limits) == []
        assert left(store) == cells
    finally:
        lock.release()
    assert clean_up(store, limits) == [sweep.id]


def test_space_that_the_operators_runs_take_makes_no_visitors_run_go(store, old_run):
    old_run(100, visitor=OPERATOR, megabytes=3)
    old_run(1, megabytes=1)
    assert clean_up(store, OperatorSettings(disk_mb=2)) == []


def test_what_just_fits_stays(store, old_run):
    old = old_run(10)
    file = store.root / old / "weights.safetensors"
    file.write_bytes(bytes(10**6 - visitors_bytes(store)))
    assert visitors_bytes(store) == 10**6
    assert clean_up(store, OperatorSettings(disk_mb=1)) == []
    file.write_bytes(bytes(file.stat().st_size + 1))
    assert clean_up(store, OperatorSettings(disk_mb=1)) == [old]
