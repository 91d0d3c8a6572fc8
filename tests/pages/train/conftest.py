"""What the tests of the Train page share."""

from functools import partial

import pytest


@pytest.fixture
def visit(visit_script, shared_compute):  # noqa: ARG001 - what trains has to be replaced first
    """Opens the Train page; see `visit_script`."""
    return partial(visit_script, "train")
