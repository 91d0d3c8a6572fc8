"""How large the browser's text is. It tells so by web/text_size.js."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.errors import StreamlitAPIException

from pages.components.shell.errors import callback

_SCRIPT = Path(__file__).parent / "web" / "text_size.js"
_KEY = "text_size"
# Sizes in pixels that are believed. They come from the browser, which may say anything.
_LEAST, _MOST = 8, 128


def ask_text_size(known: float) -> float:
    """The size of the browser's text in pixels, or `known` until it has told another. Draws an element without size.

    known: what the page is drawn for. A size comes with a run of the page, also when the window is resized later.
    """
    st.html(f"<style>.st-key-{_KEY} {{ position: absolute; }}</style>")
    try:
        told = _component()(key=_KEY, data={"known": known}, on_size_change=callback(_run_page)).get("size")
    except StreamlitAPIException:
        # Components need a running server, which tests of single pages do not have.
        _component.cache_clear()
        return known
    return told if isinstance(told, int | float) and _LEAST <= told <= _MOST else known


def _run_page() -> None:
    """Nothing more: that the page runs again is what a new size is told for."""


@lru_cache(maxsize=1)
def _component() -> ComponentRenderer:
    return st.components.v2.component("mnist_lab_text_size", js=_SCRIPT.read_text(encoding="utf-8"))
