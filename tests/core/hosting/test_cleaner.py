import logging
import os
import time

from core.hosting import open_runs as open_runs_module
from core.hosting.cleaner import Cleaner
from core.hosting.open_runs import OpenRuns
from core.operator.settings_file import OperatorSettings
from core.runs.record import FINISHED, RunState, write_state
from tests.core.hosting.conftest import ONE
from tests.made import make_config, set_clock, wait_until

DAY = 86_400


def make_old(store, days=31):
    record = store.seen_by(ONE).create(make_config())
    write_state(record.path, RunState(FINISHED))
    changed = time.time() - days * DAY
    os.utime(record.path, (changed, changed))
    return record.id


def test_old_runs_go_while_the_app_runs_but_those_that_are_open(store):
    # The oldest would go first.
    old, opened = make_old(store), make_old(store, days=32)
    open_runs = OpenRuns()
    open_runs.note(opened)
    cleaner = Cleaner(store, lambda: OperatorSettings(keep_days=30), open_runs.ids, seconds=0.01)
    cleaner.start()
    try:
        wait_until(lambda: old not in [record.id for record in store.all()])
        assert [record.id for record in store.all()] == [opened]
    finally:
        cleaner.close()


def test_an_error_is_logged_and_the_next_look_comes(store, caplog):
    looks = []

    def settings():
        looks.append(1)
        raise OSError("the disk is gone")

    cleaner = Cleaner(store, settings, set, seconds=0.01)
    with caplog.at_level(logging.ERROR):
        cleaner.start()
        wait_until(lambda: len(looks) >= 2)
        cleaner.close()
    assert "Old runs could not be deleted" in caplog.text


def test_a_run_is_open_for_an_hour_after_it_was_shown(monkeypatch):
    now = [1000.0]
    set_clock(monkeypatch, open_runs_module, monotonic=lambda: now[0])
    open_runs = OpenRuns()
    open_runs.note("a")
    now[0] += 1800
    open_runs.note("b")
    now[0] += 1740
    # "a" 59 and then 61 minutes ago.
    assert open_runs.ids() == {"a", "b"}
    now[0] += 120
    assert open_runs.ids() == {"b"}
    now[0] -= 120
    # It is forgotten, not hidden.
    assert open_runs.ids() == {"b"}
