"""Fixtures that the tests of training steps share."""

import pytest

from core.learners.steps import dense_parameters


@pytest.fixture(autouse=True)
def _one_thread(one_thread):
    """In each of them."""


@pytest.fixture(params=["NumPy first", "MKL first"])
def _either_library(request, monkeypatch):
    """As on processors that Intel's MKL is not made for, and on those that it is."""
    monkeypatch.setattr(dense_parameters, "has_quick_mkl", lambda: request.param == "MKL first")
