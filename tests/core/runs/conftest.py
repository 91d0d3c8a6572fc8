"""A run, and a store with one that comes with the app."""

import pytest

from core.runs.result import write_result
from core.runs.store import RunStore
from tests.made import RESULT, make_config


@pytest.fixture
def record(store):
    return store.create(make_config(), "first")


@pytest.fixture
def with_bundled(store, tmp_path):
    """A store with one bundled run, called "small", and one of its own."""
    bundled = tmp_path / "bundled"
    made = RunStore(bundled).create(make_config(), "small")
    write_result(made.path, RESULT)
    made.path.rename(bundled / "small")
    store.create(make_config(), "own")
    return RunStore(store.root, bundled)
