"""Fixtures that all tests share. Nobody's own runs are touched: the run store is a fresh folder for every test."""

import inspect
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from core import settings
from core.data.datasets import is_available
from core.runs.store import RunStore
from core.storage import locks
from tests.made import make_dataset

# The same made-up input in every run, whatever the machine's speed.
hypothesis_settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
hypothesis_settings.load_profile("steady")

# The command line speaks the terminal's language; tests compare its English.
os.environ["LC_ALL"] = "C.UTF-8"

# For one test marked slow; the others have the limit in pyproject.toml.
SLOW_SECONDS = 600


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch):
    folder = tmp_path / "runs"
    monkeypatch.setenv(settings.RUNS_VARIABLE, str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_thread_keeps_the_app_from_ending(monkeypatch):
    """All threads and timers that the app starts are daemons: Python waits at its end for every other one."""
    waited_for, start = [], threading.Thread.start

    def note(thread):
        starter = inspect.currentframe().f_back.f_globals["__name__"]
        if not thread.daemon and starter.partition(".")[0] in ("core", "pages"):
            waited_for.append(f"{thread.name}, started by {starter}")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", note)
    yield
    assert waited_for == []


@pytest.fixture
def store(runs_folder):
    return RunStore(runs_folder)


@pytest.fixture
def no_patience(monkeypatch):
    """A lock that somebody holds is not waited for."""
    take = locks._take
    monkeypatch.setattr(locks, "_take", lambda file, _seconds: take(file, 0.0))


@pytest.fixture(scope="session")
def toy():
    """300 training and 100 test images that any network learns in a second."""
    return make_dataset()


@pytest.fixture(scope="session")
def mnist_root():
    """The data folder with the real MNIST; without it the test is skipped."""
    root = os.environ.get(settings.DATA_VARIABLE)
    if not root or not is_available("mnist", Path(root)):
        pytest.skip(f"{settings.DATA_VARIABLE} names no folder with MNIST")
    return Path(root)
