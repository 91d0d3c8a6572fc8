"""What the tests of the Sweep page share."""

from functools import partial

import pytest

from core.sweep.records import SweepStore


@pytest.fixture
def sweeps(store):
    return SweepStore(store)


@pytest.fixture
def visit(visit_script, shared_compute):  # noqa: ARG001 - what trains has to be replaced first
    """Opens the Sweep page; see `visit_script`."""
    return partial(visit_script, "sweep")
