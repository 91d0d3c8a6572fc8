"""Fixtures of the tests of what all pages share."""

import asyncio
from unittest.mock import MagicMock

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager

from tests.pages.shell.visits import SCRIPT, Visit


@pytest.fixture
def script():
    """The page's script."""
    return SCRIPT


@pytest.fixture
def visit(tmp_path, monkeypatch, script):
    """Runs a coroutine that is given a visit of the page."""
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    # As the server has it; other tests leave it as it was for theirs.
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    file = tmp_path / "page.py"
    file.write_text(script)

    async def made(use):
        one = Visit(file)
        try:
            return await use(one)
        finally:
            one.session.shutdown()

    return lambda use: asyncio.run(made(use))
