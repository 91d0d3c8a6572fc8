"""Scripts that the browser fetches while the visitor looks at Home, so that other pages are there sooner."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

from pages.components.shell.component import Component

_COMPONENT = Component("mnist_lab_preload", Path(__file__).parent / "web" / "preload.js")
# Streamlit serves its own scripts from here. Their names end in a digest, which each version changes.
_SERVED = Path(st.__file__).parent / "static" / "static" / "js"
_CHARTS = "PlotlyChart.*.js"
_KEY = "preload"


def preload_charts() -> None:
    """Have the browser fetch Plotly, by far the largest script, which Evaluate needs. Draws an element without size."""
    name = charts_script()
    if name is None:
        return
    st.html(f"<style>.st-key-{_KEY} {{ position: absolute; }}</style>")
    _COMPONENT(key=_KEY, data={"script": name})


@lru_cache(maxsize=1)
def charts_script() -> str | None:
    """The name of the file in which Streamlit serves Plotly; None where it calls it otherwise."""
    found = [file.name for file in _SERVED.glob(_CHARTS)]
    return found[0] if len(found) == 1 else None
