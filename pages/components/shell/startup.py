"""What the server does before its first visitor comes, so that no visitor waits for it."""

from __future__ import annotations

import ast
import contextlib
import importlib
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from core.settings import PROJECT
from pages.components.shell.reruns import careful_reruns
from pages.components.shell.services import warm_up
from pages.components.shell.sitemap import has_visitor

# Seconds from the server's start. Whoever visits at once, as the browser does that a local start opens, has the
# processor to himself.
_QUIET_SECONDS = 2.0
# How much longer the rest is put off where somebody has: the first page and PyTorch's import need the processor then.
_BUSY_SECONDS = 10.0
# What scripts import in the midst of their work, and takes longest.
_LATER = ("streamlit.emojis", "scipy.stats")


@contextlib.asynccontextmanager
async def preparing(_: st.App) -> AsyncIterator[None]:
    """While the server runs, `prepare` it for visitors; for the `lifespan` of `st.App`."""
    timer = threading.Timer(_QUIET_SECONDS, prepare)
    timer.daemon = True
    timer.start()
    # A folder called pages/ means Streamlit's older kind of multipage app to it, until `st.navigation` says otherwise.
    # Visits that came before would run a page's script without app.py.
    PagesManager.uses_pages_directory = False
    with careful_reruns():
        yield
    timer.cancel()


def prepare() -> None:
    """Start the compute process, and import what the pages need; later, where a visit has begun with that already."""
    if has_visitor():
        time.sleep(_BUSY_SECONDS)
    warm_up()
    for script in (PROJECT / "pages/components/script.py", *sorted((PROJECT / "pages").glob("*.py"))):
        for name in imported(script):
            importlib.import_module(name)
    for name in _LATER:
        importlib.import_module(name)


def imported(script: Path) -> list[str]:
    """The modules from which a script imports names."""
    nodes = ast.walk(ast.parse(script.read_text(encoding="utf-8")))
    return [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
