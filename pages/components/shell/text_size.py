"""How large the browser's text is. It tells so by web/text_size.js."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.components.shell.component import Component
from pages.components.shell.errors import callback

_COMPONENT = Component("mnist_lab_text_size", Path(__file__).parent / "web" / "text_size.js")
_KEY = "text_size"
# Sizes in pixels that are believed. They come from the browser, which may say anything.
_LEAST, _MOST = 8, 128


def ask_text_size(known: float, take: Callable[[float], None]) -> None:
    """Ask for the size of the browser's text in pixels. Draws an element without size.

    known: what has been told; 0 where nothing has. take: called with another size before the page runs again, also when
    the window is resized later.
    """
    st.html(f"<style>.st-key-{_KEY} {{ position: absolute; }}</style>")
    _COMPONENT(key=_KEY, data={"known": known}, on_size_change=callback(lambda: _hand_over(take)))


def _hand_over(take: Callable[[float], None]) -> None:
    # The page may have stopped asking meanwhile.
    told = st.session_state.get(_KEY, {}).get("size")
    if isinstance(told, int | float) and _LEAST <= told <= _MOST:
        take(told)
