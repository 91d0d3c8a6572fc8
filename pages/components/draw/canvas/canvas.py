"""The canvas to draw on. The only place that knows the components behind it."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.ink.fabric_json import USUAL_BRUSH
from pages.components.draw.canvas.live_canvas import draw_live_canvas, is_shown, take_live_drawing

# The drawing so far, as the component's own objects, one a stroke. Survives a change of page.
DRAWING = "drawing"
# Left, top, width and height, in canvas pixels, of the part to draw on.
VIEW = (0, 32, 280, 280)

_WIDGET = "canvas"
# What the canvas was last told to show; the component only looks at it when it changes.
_START = "canvas_start"
_BRUSH = "canvas_brush"
_LIVE = "canvas_live"

_INK = "#ffffff"
_PAPER = "#000000"
_BRUSHES = (4, 40)
_USUAL_BRUSH = int(USUAL_BRUSH)

_LEFT, _TOP, SIDE, _ = VIEW
_SIZE = (_LEFT + SIDE, _TOP + SIDE)

# The component's own toolbar opens above the canvas, where it would cover other things, and lies unseen on its
# upper edge until then, where a finger would touch it. So both are cut off; what it offers is below the canvas.
_STYLE = f"""
<style>
.st-key-canvas_frame {{ display: block; overflow: clip; width: {SIDE}px; height: {SIDE}px; border-radius: 0.6rem;
  background: {_PAPER}; box-shadow: 0 0 0 1px color-mix(in srgb, currentColor 35%, transparent); }}
.st-key-canvas_frame > * {{ margin-top: -{_TOP}px; }}
.st-key-canvas_frame * {{ --st-border-color: transparent !important; }}
</style>
"""


def draw_canvas() -> list[dict[str, Any]]:
    """The canvas with brush, Undo and Clear; returns the drawing's objects, one a stroke (`core.ink.fabric_json`)."""
    is_live, brush = st.session_state.get(_LIVE, False), st.session_state.get(_BRUSH, _USUAL_BRUSH)
    if not (is_shown() if is_live else _WIDGET in st.session_state):
        _show(drawing())
    st.html(_STYLE)
    with st.container(key="canvas_frame"):
        if is_live:
            draw_live_canvas(st.session_state[_START], _INK, brush, _SIZE, _take_live)
        else:
            _draw_component(brush)
    with st.container(horizontal=True, gap="xsmall"):
        nothing = not drawing()
        st.button("Undo", icon=":material/undo:", width="stretch", disabled=nothing, on_click=_undo)
        st.button("Clear", icon=":material/delete:", width="stretch", disabled=nothing, on_click=clear_canvas)
        with st.popover("Brush"):
            st.slider("Brush width", *_BRUSHES, _USUAL_BRUSH, key=_BRUSH, persist_state="session", format="%d px")
            st.caption("The network gets the same lines whatever the brush.")
    st.toggle("Live", key=_LIVE, persist_state="session", help="Read the drawing while the pen still moves.")
    return drawing()


def drawing() -> list[dict[str, Any]]:
    """The drawing's objects as they are now."""
    objects: list[dict[str, Any]] = st.session_state.setdefault(DRAWING, [])
    return objects


def _draw_component(brush: int) -> None:
    try:
        from streamlit_drawable_canvas import st_canvas
    except StreamlitAPIException:
        # Without a running server, as in tests, the component cannot be imported; the drawing is all the same.
        return
    st_canvas(
        stroke_width=brush,
        stroke_color=_INK,
        background_color=_PAPER,
        width=_SIZE[0],
        height=_SIZE[1],
        initial_drawing=st.session_state[_START],
        key=_WIDGET,
        on_change=_take,
    )


def _take() -> None:
    """Keep what the component has sent."""
    sent = st.session_state[_WIDGET].get("drawing") or {}
    st.session_state[DRAWING] = sent.get("raw", {}).get("objects", [])


def _take_live() -> None:
    objects = take_live_drawing(st.session_state[_START]["rev"], _INK)
    if objects is not None:
        st.session_state[DRAWING] = objects


def _undo() -> None:
    _show(drawing()[:-1])


def clear_canvas() -> None:
    """Take all ink away."""
    _show([])


def _show(objects: list[dict[str, Any]]) -> None:
    """Make this the drawing; a new number makes the component take it even if it was told the same before."""
    st.session_state[DRAWING] = objects
    number = st.session_state.get(_START, {}).get("rev", 0) + 1
    st.session_state[_START] = {"objects": objects, "rev": number}
