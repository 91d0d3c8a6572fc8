"""The package streamlit-drawable-canvas, which sends each stroke as soon as the pen leaves the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.ink.fabric_json import scale_objects
from pages.components.shell.component import Component
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr_plain

# The package paints a pixel for each CSS pixel of its canvas, whatever the screen. So its canvas has this many times as
# many along a side, and the page shrinks it: lines are sharp on a phone and where the canvas is shown large.
SHARPER = 2

_STROKE_SENDER = Component("mnist_lab_stroke_sender", Path(__file__).parent / "web" / "stroke_sender.js")
_KEY = "canvas"
# The objects that were last taken from the canvas.
_TAKEN = "canvas_taken"


def is_shown() -> bool:
    """Whether the canvas was on the page in the run before this one."""
    return _KEY in st.session_state


def draw_drawable_canvas(
    start: Mapping[str, Any], ink: str, paper: str, brush: int, size: tuple[int, int], on_change: Callable[[], None]
) -> None:
    """The canvas.

    start: the drawing to show: its `objects` (`core.ink.fabric_json`) and its number `rev`. The package shows it
        whenever it differs from the one before.
    ink, paper: colours, as CSS writes them. brush: width of new strokes, in canvas pixels.
    size: width and height in canvas pixels; the component is `SHARPER` times as large in CSS pixels.
    on_change: called when there is something new to `take_objects`.
    """
    try:
        from streamlit_drawable_canvas import st_canvas
    except StreamlitAPIException:
        # Components need a running server, which tests of single pages do not have.
        return
    st_canvas(
        stroke_width=brush * SHARPER,
        stroke_color=ink,
        background_color=paper,
        width=size[0] * SHARPER,
        height=size[1] * SHARPER,
        initial_drawing={"rev": start["rev"], "objects": scale_objects(start["objects"], SHARPER)},
        key=_KEY,
        on_change=callback(on_change),
    )
    _STROKE_SENDER(key="stroke_sender", data={"label": tr_plain("Canvas to draw on")}, height=1)


def take_objects() -> list[dict[str, Any]] | None:
    """The drawing's objects as the canvas has sent them; None if there are none, or if they were taken before."""
    sent = st.session_state[_KEY].get("drawing") or {}
    objects: list[dict[str, Any]] = sent.get("raw", {}).get("objects", [])
    if objects == st.session_state.get(_TAKEN):
        return None
    st.session_state[_TAKEN] = objects
    # No reader can empty the canvas but by the page's own button. It sends that it is empty for a moment, though,
    # whenever it is told another drawing and does not show it yet.
    return scale_objects(objects, 1 / SHARPER) if objects else None
