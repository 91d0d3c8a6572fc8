"""Fixtures of the tests of what all pages share."""

import asyncio
from unittest.mock import MagicMock

import pytest
from streamlit.runtime import Runtime

from tests.pages.shell.visits import SCRIPT, Visit


@pytest.fixture
def script():
    """The page's script."""
    return SCRIPT


@pytest.fixture
def visit(tmp_path, monkeypatch, script):
    """Runs a coroutine that is given a visit of the page."""
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    file = tmp_path / "page.py"
    file.write_text(script)

    async def made(use):
        one = Visit(file)
        try:
            return await use(one)
        finally:
            one.session.shutdown()

    return lambda use: asyncio.run(made(use))
