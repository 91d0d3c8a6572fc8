"""Calls whose visitor has gone, and calls after the system's temporary folder was cleared."""

import shutil
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from core.execution import call as call_module
from core.execution.call import TimeLimit
from tests.core.execution import asked
from tests.made import set_clock, wait_until
from tests.processes import children, process_id

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc")


@pytest.fixture
def call(compute, tmp_path):
    """One that waits for a file."""
    begun = compute.start_long_call(asked.square_in_steps, 7, tmp_path / "go")
    wait_until(lambda: begun.share == 0.5)
    yield begun
    (tmp_path / "go").touch()
    wait_until(begun.is_done)


def test_a_call_whose_visitor_has_gone_is_broken_off_and_its_child_ended(jobs, call):
    serving = set(children(process_id(jobs)))
    call.leave(0.0)
    with pytest.raises(CancelledError):
        call.result(60)
    wait_until(lambda: len(serving - set(children(process_id(jobs)))) == 1)


def test_a_call_whose_visitor_comes_back_in_time_goes_on(call, tmp_path):
    call.leave(1000.0)
    call.come_back()
    (tmp_path / "go").touch()
    assert call.result(60) == 49
    limit = TimeLimit(None)
    limit.leave(0.0)
    with pytest.raises(CancelledError):
        limit.check()
    limit.come_back()
    limit.check()


def test_a_left_call_goes_on_until_its_time_is_over(monkeypatch):
    now = [1000.0]
    set_clock(monkeypatch, call_module, monotonic=lambda: now[0])
    limit = TimeLimit(None)
    limit.leave(30.0)
    now[0] = 1029.0
    limit.check()
    now[0] = 1030.0
    with pytest.raises(CancelledError):
        limit.check()


def test_calls_go_on_after_the_temporary_folder_was_cleared(compute):
    child = compute.call(asked.process_id)
    shutil.rmtree(compute._folder.name)
    # One with a connection keeps it; a further one needs the folder.
    assert compute.call(asked.process_id) == child
    assert compute.call_in_new_child(asked.process_id) != child
    assert Path(compute._folder.name).stat().st_mode & 0o777 == 0o700
