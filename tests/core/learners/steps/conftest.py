"""Fixtures that the tests of training steps share."""

import pytest


@pytest.fixture(autouse=True)
def _one_thread(one_thread):
    """In each of them."""
