"""Texts that the browser's tab keeps, so that they outlast a refresh, which begins a new session.

They stay in the tab (`sessionStorage`): two tabs do not mix, and nothing remains on a shared machine when it is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.components.shell.component import Component
from pages.components.shell.errors import callback

_COMPONENT = Component("mnist_lab_tab_storage", Path(__file__).parent / "web" / "tab_storage.js", is_hidden=True)


def keep_in_tab(name: str, text: str, take: Callable[[str], None], place: str = "") -> None:
    """Let the tab keep this text, or nothing where it is empty. Draws an element that is not shown.

    take: called with what the tab kept before this session began, unless the session has had a text before. It may be
        called twice, and the text comes from the browser: it may be anything.
    place: tells elements with the same name apart. Each must be drawn whenever the text has changed near it.
    """
    key, known = f"tab_{name}{place}", f"tab_{name}_known"
    if text:
        st.session_state[known] = True
    data = {"name": name, "text": text, "is_new": known not in st.session_state}
    _COMPONENT(key=key, data=data, on_kept_change=callback(lambda: _hand_over(key, known, take)))


def _hand_over(key: str, known: str, take: Callable[[str], None]) -> None:
    kept = st.session_state[key].get("kept")
    if isinstance(kept, str):
        st.session_state[known] = True
        take(kept)
