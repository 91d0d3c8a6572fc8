"""Fixtures of the tests of what all pages share."""

import asyncio
from unittest.mock import MagicMock

import pytest
from streamlit.runtime import Runtime

from tests.pages.shell.visits import SCRIPT, Visit


@pytest.fixture
def visit(tmp_path, monkeypatch):
    """Runs a coroutine that is given a visit of the page."""
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    script = tmp_path / "page.py"
    script.write_text(SCRIPT)

    async def made(use):
        one = Visit(script)
        try:
            return await use(one)
        finally:
            one.session.shutdown()

    return lambda use: asyncio.run(made(use))
