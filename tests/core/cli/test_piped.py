"""What a command prints while it works is there for the reader of a pipe at once, and not only at the end."""

import io
from contextlib import contextmanager, redirect_stdout

import pytest

from core.cli import main
from core.settings import DATA_VARIABLE
from tests.sweeps import Direct


class Pipe(io.StringIO):
    """Standard output that holds back what is printed until it is flushed, and notes what has arrived by then."""

    def __init__(self):
        super().__init__()
        self.arrived = []

    def flush(self):
        self.arrived.append(self.getvalue())


@pytest.fixture(autouse=True)
def _data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))


def arriving(*command):
    """What the reader of a command that succeeds has, each time that something has come."""
    with redirect_stdout(Pipe()) as pipe:
        assert main(command) == 0
    return [text.splitlines() for text in pipe.arrived]


def test_each_epoch_is_told_when_it_ends():
    first, second, *_ = arriving("train", "--dataset", "digits", "--hidden", "8", "--epochs", "2", "--no-accel")
    assert first[-1].startswith("epoch 1/2  ")
    assert second[-1].startswith("epoch 2/2  ")


def test_a_sweep_is_told_when_it_begins_and_each_cell_when_it_has_its_result(monkeypatch):
    @contextmanager
    def open_here(*_):
        yield Direct(), 1

    monkeypatch.setattr("core.cli.sweep.open_executor", open_here)
    quick = ("sweep", "--dataset", "digits", "--arch", "softmax", "--epochs", "1", "--name", "Mine")
    begun, first, second, *_ = arriving(*quick, "--vary", "batch-size=64,128")
    assert [line.partition(": ")[2] for line in begun] == ["Mine, 2 cells"]
    assert [line.split("  ")[:2] for line in first[1:]] == [["1/2", "Batch size 64"]]
    assert [line.split("  ")[:2] for line in second[2:]] == [["2/2", "Batch size 128"]]
