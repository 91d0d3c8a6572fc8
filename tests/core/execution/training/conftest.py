"""A run of two epochs with nine steps each, on made data."""

import math

import pytest

from core.execution import train_run as worker
from core.runs import control_file as control
from core.training import trainer
from tests.made import make_config


@pytest.fixture(autouse=True)
def quick(monkeypatch, toy):
    """The made data, a report after every step and a checkpoint after every report."""
    monkeypatch.setattr(worker, "load_dataset", lambda _name, _root: toy)
    monkeypatch.setattr(trainer, "_REPORT_SECONDS", 0.0)
    monkeypatch.setattr(control, "_POLL_SECONDS", 0.0)
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 0.0)


@pytest.fixture
def at_the_end(monkeypatch):
    """Reports at an epoch's end only."""
    monkeypatch.setattr(trainer, "_REPORT_SECONDS", math.inf)


@pytest.fixture
def record(store):
    """A run of two epochs with nine steps each, not started."""
    return store.create(make_config(optimizer="adam"), "mine")
