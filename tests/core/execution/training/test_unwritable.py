"""A disk that is full, or may not be written, at one kind of file after the other: nothing that was kept is lost."""

import errno
import os
from pathlib import Path

import pytest

from core.errors import RunError
from core.runs.event_log import EventLog
from core.runs.record import FAILED, FINISHED, INTERRUPTED, read_run
from core.storage import atomic
from core.storage.arrays import load_arrays
from tests.core.execution.training.stretch import after_step, assert_same, comparable, stop_after, train
from tests.made import SYSTEM_ERRORS, raising

# What a run cannot do without. The others are for looking on.
NEEDED = (
    "00002.safetensors",
    "checkpoint.safetensors",
    "weights.safetensors",
    "predictions.safetensors",
    "card.json",
    "calibration.json",
)
ERRORS = {errno.ENOSPC: "No space left on device", errno.EROFS: "Read-only file system", errno.EACCES: "Permission"}


@pytest.fixture
def refused(monkeypatch):
    """The files that cannot be written, by name, with the number of the error."""
    numbers, make = {}, atomic.tempfile.mkstemp

    def refusing(dir, prefix, suffix):
        if number := numbers.get(prefix[1:-1]):
            raise OSError(number, os.strerror(number), str(dir))
        return make(dir=dir, prefix=prefix, suffix=suffix)

    monkeypatch.setattr(atomic.tempfile, "mkstemp", refusing)
    return numbers


@pytest.fixture
def whole(store, record):
    """The same run, undisturbed."""
    other = store.create(record.config)
    assert train(other).status == FINISHED
    return other


def assert_as_whole(record, whole):
    assert_same(load_arrays(record.weights_file)[0], load_arrays(whole.weights_file)[0])
    assert comparable(record) == comparable(whole)
    assert read_run(record.path).result.confusion == read_run(whole.path).result.confusion


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.parametrize("name", NEEDED)
def test_a_run_says_why_it_failed_and_goes_on_to_the_same_bits(record, whole, refused, name, number):
    train(record, stop_after(record, 4))
    refused[name] = number
    state = train(record)
    assert (state.status, ERRORS[number] in str(state.reason)) == (FAILED, True)
    assert read_run(record.path).state == state
    assert read_run(record.path).can_resume
    refused.clear()
    assert train(record).status == FINISHED
    assert_as_whole(record, whole)


@pytest.mark.parametrize("number", ERRORS)
def test_a_view_that_cannot_be_kept_does_not_stop_training(record, whole, refused, number):
    refused["live.safetensors"] = number
    assert train(record).status == FINISHED
    assert_as_whole(record, whole)


def test_a_state_for_which_there_is_no_room_is_written_over_the_old_one(record, whole, refused):
    refused["state.json"] = errno.ENOSPC
    assert train(record).status == FINISHED
    assert read_run(record.path).state.status == FINISHED
    assert_as_whole(record, whole)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_run_whose_state_may_not_be_written_is_cut_short_and_goes_on_later(record, whole, refused, number):
    state = train(record, after_step(5, lambda: refused.update({"state.json": number})))
    assert (state.status, ERRORS[number] in str(state.reason)) == (FAILED, True)
    # What the file says is older than that: the run was active, and nobody holds it.
    assert read_run(record.path).state.status == INTERRUPTED
    refused.clear()
    assert train(record).status == FINISHED
    assert_as_whole(record, whole)


@pytest.mark.parametrize("number", ERRORS)
def test_a_log_that_may_not_be_written_fails_the_run(record, whole, monkeypatch, number):
    def refuse(*_events):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        state = train(record, after_step(5, lambda: patch.setattr(EventLog, "append", refuse)))
    assert (state.status, ERRORS[number] in str(state.reason)) == (FAILED, True)
    assert train(record).status == FINISHED
    assert_as_whole(record, whole)


@pytest.mark.parametrize(("error", "words"), SYSTEM_ERRORS)
def test_what_the_system_refuses_is_said_in_its_words(record, monkeypatch, error, words):
    monkeypatch.setattr(EventLog, "append", raising(error))
    assert str(train(record).reason) == f"The run's folder cannot be written: {words}."


def test_a_folder_for_epochs_that_cannot_be_made_fails_the_run(record, whole, monkeypatch):
    mkdir = Path.mkdir

    def refuse(path, *arguments, **options):
        if path.name == "epochs":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        mkdir(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refuse)
        assert "Read-only file system" in str(train(record).reason)
    assert train(record).status == FINISHED
    assert_as_whole(record, whole)


def test_a_lock_that_cannot_be_made_leaves_the_run_as_it_was(record, monkeypatch):
    def refuse(*_arguments, **_options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("core.storage.locks.FileLock.acquire", refuse)
    with pytest.raises(RunError, match="cannot be written: Read-only file system"):
        train(record)
    assert read_run(record.path) == record
