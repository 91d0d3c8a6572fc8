"""A run's folder that is spoiled in every way we know of hides no other run, and costs little time."""

import shutil

import pytest

from core.cli import main
from core.execution.train_run import train_run
from core.runs.control_file import read_command
from core.runs.record import FINISHED
from core.runs.store import RunStore
from core.storage.locks import is_locked
from core.training.control import Command
from tests.hostile import DAMAGED, READABLE
from tests.made import make_config


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a run that was trained to its end."""
    store = RunStore(tmp_path_factory.mktemp("whole"))
    record = store.create(make_config(epochs=1), "whole")
    assert train_run(record, store.root).status == FINISHED
    return record.path


@pytest.fixture
def spoil(store, whole):
    """Adds a copy of the run and spoils it."""

    def make(kind):
        folder = store.root / kind
        shutil.copytree(whole, folder)
        (DAMAGED | READABLE)[kind](folder)
        return folder

    return make


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_run_is_told_apart_says_why_and_can_be_deleted(store, spoil, kind):
    other = store.create(make_config(), "other")
    folder = spoil(kind)
    listing = store.scan()
    assert listing.records == [other]
    assert list(listing.damaged) == [kind]
    assert 10 < len(str(listing.damaged[kind])) < 400
    assert main(["list"]) == 0
    store.delete(kind)
    assert not folder.exists()
    assert store.damaged() == {}


@pytest.mark.parametrize("kind", READABLE)
def test_what_else_is_wrong_leaves_the_run_readable(store, spoil, kind):
    folder = spoil(kind)
    record = store.get(kind)
    assert store.all() == [record]
    assert record.history().step <= 10**6
    assert len(str(record.state.reason)) < 400
    assert not is_locked(folder)
    assert read_command(folder) == Command()
    assert main(["list"]) == 0
    store.delete(kind)
    assert not folder.exists()


@pytest.mark.parametrize("kind", [*DAMAGED, *READABLE])
def test_the_command_line_measures_it_or_says_in_a_line_why_not(spoil, kind, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_LAB_DATA", str(tmp_path / "data"))
    spoil(kind)
    code = main(["evaluate", kind])
    out, err = capsys.readouterr()
    assert code in (0, 1, 2)
    assert (err == "" and "accuracy" in out) if code == 0 else (err.startswith("error: ") and err.count("\n") == 1)
