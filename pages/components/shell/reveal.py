"""Brings a part of the page into view when the reader has opened it. Its script is web/reveal.js."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components.shell.component import Component

_COMPONENT = Component("mnist_lab_reveal", Path(__file__).parent / "web" / "reveal.js")


def reveal(part: str, shown: str | None) -> None:
    """Scroll to the part when something else is shown in it than before, unless it is in view.

    part: key of a container. shown: what is open in it; None for nothing. Draws an element that is not shown.
    """
    key = f"reveal_{part}"
    # Streamlit's header covers what is scrolled to the window's top.
    st.html(f"<style>.st-key-{key} {{ display: none; }} .st-key-{part} {{ scroll-margin-top: 4rem; }}</style>")
    _COMPONENT(key=key, data={"part": part, "shown": shown})
