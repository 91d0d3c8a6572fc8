"""A stretch of training, what happens in it, and how two are compared."""

from dataclasses import replace

import numpy as np

from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.runs import control_file as control
from core.runs.event_log import EventLog
from core.runs.record import read_run
from core.storage import arrays as weights
from core.training.events import StepEnd
from tests.made import full_disk


def train(record, *sinks, lr=None):
    return train_run(read_run(record.path), record.path, sinks=sinks, lr=lr)


def after_step(step, act):
    """A sink that acts once this many steps are done."""

    def sink(event):
        if isinstance(event, StepEnd) and event.step == step:
            act()

    return sink


def stop_after(record, step):
    return after_step(step, lambda: control.send(record.path, "stop"))


def fill_disk(monkeypatch):
    """From now on nothing new fits on the disk; what is there can be written over."""
    monkeypatch.setattr(weights, "save_file", full_disk)
    monkeypatch.setattr(EventLog, "append", full_disk)
    monkeypatch.setattr("core.storage.atomic.tempfile.mkstemp", full_disk)


def assert_same(one, other):
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) for name in one)


def comparable(record):
    """A run's history without what time decides."""
    history = record.history()
    return history.step_losses, [replace(epoch, seconds=0.0) for epoch in history.epochs]


class Killed(BaseException):
    """Ends everything on the spot, as SIGKILL does."""


def kill():
    raise Killed


def killed_after(monkeypatch, saved, killed):
    """A sink of a run that saves checkpoints until `saved` steps are done, none where that is 0, and is then killed."""
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 0.0 if saved else 1e9)

    def watch(event):
        if isinstance(event, StepEnd) and event.step == saved:
            monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 1e9)
        if isinstance(event, StepEnd) and event.step == killed:
            kill()

    return watch
