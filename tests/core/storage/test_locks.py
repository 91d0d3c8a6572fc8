import errno
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from core.errors import RunBusy, RunError
from core.execution.executors import run_in_thread
from core.settings import PROJECT
from core.storage import locks
from core.storage.locks import hold_as_worker, hold_in_queue, is_locked

HOLDER = "import sys; from pathlib import Path; from core.storage.locks import hold_as_worker as hold\n"
HOLDER += "with hold(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"

LOOKER = "import sys; from pathlib import Path; from core.storage.locks import is_locked\n"
LOOKER += "print('looks', flush=True); print(sum(is_locked(Path(sys.argv[1])) for _ in range(int(sys.argv[2]))))"
N_LOOKS = 2000


@contextmanager
def start(script, *arguments):
    """A process that runs a script in this project, with its input and output at hand; it is killed in the end."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def count_locked(folder):
    return sum(is_locked(folder) for _ in range(N_LOOKS))


@pytest.fixture
def other_process(tmp_path):
    """Another process that holds the worker's lock on tmp_path."""
    with start(HOLDER, tmp_path) as process:
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_fresh_folder_is_not_locked(tmp_path):
    assert not is_locked(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_ends_with_its_block(tmp_path):
    with hold_as_worker(tmp_path):
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
    with hold_as_worker(tmp_path, seconds=0):
        assert is_locked(tmp_path)


def test_a_lock_ends_with_an_error_too(tmp_path):
    with pytest.raises(KeyError) as caught, hold_as_worker(tmp_path):
        raise KeyError
    # The error may be kept, and the frames with it.
    assert caught.value
    assert not is_locked(tmp_path)


def test_queue_and_worker_hold_side_by_side(tmp_path):
    lock = hold_in_queue(tmp_path)
    with hold_as_worker(tmp_path, seconds=0):
        lock.release()
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)


def test_a_lock_taken_in_one_thread_is_given_back_in_another(tmp_path):
    lock = run_in_thread(hold_in_queue, tmp_path).result()
    assert is_locked(tmp_path)
    lock.release()
    assert not is_locked(tmp_path)


def test_only_one_can_hold(tmp_path):
    with hold_as_worker(tmp_path), pytest.raises(RunBusy, match="is being worked on by another process"):
        hold_as_worker(tmp_path, seconds=0).__enter__()


def test_another_process_s_lock_is_seen_and_ends_with_it(tmp_path, other_process):
    assert is_locked(tmp_path)
    with pytest.raises(RunBusy):
        hold_as_worker(tmp_path, seconds=0).__enter__()
    other_process.kill()
    other_process.wait()
    assert not is_locked(tmp_path)


def test_many_threads_that_look_at_a_free_lock_all_see_it_free(tmp_path):
    hold_in_queue(tmp_path).release()
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(count_locked, [tmp_path] * 4)) == [0] * 4


def test_many_threads_that_look_at_a_held_lock_all_see_it_held(tmp_path):
    with hold_as_worker(tmp_path), ThreadPoolExecutor(4) as threads:
        assert list(threads.map(count_locked, [tmp_path] * 4)) == [N_LOOKS] * 4


def test_processes_that_look_at_a_free_lock_all_see_it_free(tmp_path):
    hold_in_queue(tmp_path).release()
    with start(LOOKER, tmp_path, N_LOOKS) as one, start(LOOKER, tmp_path, N_LOOKS) as other:
        assert count_locked(tmp_path) == 0
        assert [process.communicate()[0] for process in (one, other)] == ["looks\n0\n"] * 2


def test_a_free_lock_can_always_be_taken_while_others_look(tmp_path):
    with hold_as_worker(tmp_path):
        pass
    with start(LOOKER, tmp_path, 10**9) as one, start(LOOKER, tmp_path, 10**9) as other:
        assert [process.stdout.readline() for process in (one, other)] == ["looks\n"] * 2
        for _ in range(100):
            with hold_as_worker(tmp_path, seconds=0):
                pass


def test_a_folder_that_is_gone_is_reported(tmp_path):
    with pytest.raises(RunError, match="/run is gone"):
        hold_in_queue(tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_written_is_reported(tmp_path, monkeypatch):
    def acquire(_lock, **_more):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(locks.FileLock, "acquire", acquire)
    with pytest.raises(RunError, match="cannot be written: Read-only file system"):
        hold_in_queue(tmp_path)


def test_a_lock_that_may_not_be_looked_at_counts_as_held(tmp_path, monkeypatch):
    """A run in training must not be taken for interrupted where another user's lock cannot be opened."""

    def denied(*_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    assert not is_locked(tmp_path)
    with hold_as_worker(tmp_path):
        monkeypatch.setattr(locks.os, "open", denied)
        assert is_locked(tmp_path)


def test_a_pipe_in_place_of_a_lock_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / ".queue.lock")
    assert not is_locked(tmp_path)


def test_between_two_tries_for_a_held_lock_nothing_is_computed(tmp_path, monkeypatch):
    naps = []
    # Other threads sleep by the module itself.
    monkeypatch.setattr(locks, "time", SimpleNamespace(monotonic=time.monotonic, sleep=naps.append))
    with hold_as_worker(tmp_path), pytest.raises(RunBusy):
        hold_as_worker(tmp_path, seconds=0.01).__enter__()
    assert naps
    assert set(naps) == {locks._RETRY_SECONDS}


def test_where_the_disk_knows_no_locks_nothing_is_held(tmp_path, monkeypatch):
    def unknown(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    with hold_as_worker(tmp_path), monkeypatch.context() as patch:
        patch.setattr(locks.fcntl, "flock", unknown)
        assert not is_locked(tmp_path)
