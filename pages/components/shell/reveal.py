"""Brings a part of the page into view when the reader has opened it. Its script is web/reveal.js."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.errors import StreamlitAPIException

_SCRIPT = Path(__file__).parent / "web" / "reveal.js"


def reveal(part: str, shown: str | None) -> None:
    """Scroll to the part when something else is shown in it than before, unless it is in view.

    part: key of a container. shown: what is open in it; None for nothing. Draws an element that is not shown.
    """
    key = f"reveal_{part}"
    # Streamlit's header covers what is scrolled to the window's top.
    st.html(f"<style>.st-key-{key} {{ display: none; }} .st-key-{part} {{ scroll-margin-top: 4rem; }}</style>")
    try:
        _component()(key=key, data={"part": part, "shown": shown})
    except StreamlitAPIException:
        # Components need a running server, which tests of single pages do not have.
        _component.cache_clear()


@lru_cache(maxsize=1)
def _component() -> ComponentRenderer:
    return st.components.v2.component("mnist_lab_reveal", js=_SCRIPT.read_text(encoding="utf-8"))
