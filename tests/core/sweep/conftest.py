import pytest

from core.sweep.records import SweepStore


@pytest.fixture
def sweeps(store):
    return SweepStore(store)
