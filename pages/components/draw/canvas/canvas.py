"""The canvas of the Draw page with its buttons. Only this package knows the components behind it."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from core.errors import DrawingError, RecordError
from core.ink.fabric_json import USUAL_BRUSH, strokes_from_objects
from core.storage.reading import parse_json
from pages.components.draw.canvas import drawable_canvas, live_canvas
from pages.components.draw.canvas.live_canvas import CLEAR, UNDO
from pages.components.shell.errors import callback
from pages.components.shell.presenter import form_key
from pages.components.shell.tab_storage import keep_in_tab
from pages.components.shell.texts import tr

# The drawing so far, as Fabric.js's objects, one a stroke. It survives a change of page and a refresh.
DRAWING = "drawing"
# Left, top, width and height, in canvas pixels, of the part to draw on. However large it is shown, strokes are in these
# pixels, so that they stay where they are when the window is resized.
VIEW = (0, 32, 280, 280)

# The drawing that the canvas was last told to show, with a number. The canvas looks at it only when it changes.
_START = "canvas_start"
_BRUSH = "canvas_brush"
_LIVE = "canvas_live"

_INK = "#ffffff"
_PAPER = "#000000"
# The least and the greatest width of the brush, in canvas pixels.
_BRUSHES = (4, 40)
_USUAL_BRUSH = int(USUAL_BRUSH)

_LEFT, _TOP, SIDE, _ = VIEW
# Width and height of the canvas in canvas pixels.
_SIZE = (_LEFT + SIDE, _TOP + SIDE)

# The package's own toolbar opens above its canvas, where it would cover other things. Until then it lies unseen on the
# canvas's upper edge, where a finger would touch it. So both are cut off. The buttons below the canvas offer the same.
_STYLE = f"""
<style>
.st-key-canvas_frame {{ display: block; overflow: clip; width: 100%; aspect-ratio: 1; border-radius: 0.6rem;
  container-type: inline-size;
  background: {_PAPER}; box-shadow: 0 0 0 1px color-mix(in srgb, currentColor 35%, transparent); }}
.st-key-canvas_frame > :first-child {{ margin-top: -{_TOP / SIDE:.4%}; }}
.st-key-canvas_frame * {{ --st-border-color: transparent !important; }}
</style>
"""
# The package's canvas is laid out in pixels of its own and scaled to the frame. A length divided by a length is not yet
# a number in every browser; the tangent of the angle between two lengths is. The frame's side must be a registered
# property for it to be a length in pixels there. Its "<" is escaped, else Streamlit takes it for a tag and removes all.
_OWN_SIDE = f"{SIDE * drawable_canvas.SHARPER}px"
_SCALED_STYLE = f"""
<style>
@property --canvas-side {{ syntax: "\\3c length>"; inherits: false; initial-value: {SIDE}px; }}
.st-key-canvas_frame > :first-child {{ --canvas-side: 100cqw; width: {_OWN_SIDE} !important; max-width: none;
  transform: scale(tan(atan2(var(--canvas-side), {_OWN_SIDE}))); transform-origin: 0 0; }}
</style>
"""


def draw_canvas() -> list[dict[str, Any]]:
    """The canvas with brush, Undo and Clear; returns the drawing's objects, one a stroke (`core.ink.fabric_json`)."""
    is_live = st.session_state.get(_LIVE, False)
    st.html(_STYLE if is_live else _STYLE + _SCALED_STYLE)
    with st.container(key="canvas_frame"):
        _draw_surface(is_live)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        is_empty = not drawing()
        for key, label, icon, change in (
            (UNDO, tr("Undo"), ":material/undo:", _undo),
            (CLEAR, tr("Clear"), ":material/delete:", _clear),
        ):
            st.button(label, key=key, icon=icon, width="stretch", disabled=is_empty, on_click=callback(change))
        with st.popover(tr("Brush")):
            st.slider(tr("Brush width"), *_BRUSHES, _USUAL_BRUSH, key=_BRUSH, persist_state="session", format="%d px")
            st.caption(tr("The network gets the same lines whatever the brush."))
        with st.container(width="content", key=form_key("live")):
            help_text = tr("Read the drawing while the pen still moves.")
            st.toggle(tr("Live"), key=_LIVE, persist_state="session", help=help_text)
    keep_in_tab("drawing", json.dumps(drawing()) if drawing() else "", _restore)
    return drawing()


def drawing() -> list[dict[str, Any]]:
    """The drawing's objects as they are now, on whatever page."""
    objects: list[dict[str, Any]] = st.session_state.setdefault(DRAWING, [])
    return objects


def clear_canvas() -> None:
    """Remove all strokes."""
    _show([])


def _draw_surface(is_live: bool) -> None:
    """The package's canvas, or the one that sends a stroke while it is drawn."""
    brush = st.session_state.get(_BRUSH, _USUAL_BRUSH)
    if not (live_canvas if is_live else drawable_canvas).is_shown():
        _show(drawing())
    start = st.session_state[_START]
    if is_live:
        live_canvas.draw_live_canvas(start, _INK, brush, _SIZE, _take)
    else:
        drawable_canvas.draw_drawable_canvas(start, _INK, _PAPER, brush, _SIZE, _take)


def _take() -> None:
    """Make what the canvas has sent the drawing."""
    objects = None
    if live_canvas.is_shown():
        objects = live_canvas.take_live_drawing(st.session_state[_START]["rev"], _INK)
    elif drawable_canvas.is_shown():
        objects = drawable_canvas.take_objects()
    if objects is not None:
        st.session_state[DRAWING] = objects


def _restore(text: str) -> None:
    """Make the drawing that the tab kept the present one, unless there is one already or it cannot be read."""
    if drawing():
        return
    try:
        objects = parse_json(text)
        strokes_from_objects(objects)
    except (DrawingError, RecordError, TypeError):
        return
    _show(objects)


def _undo() -> None:
    # Streamlit calls a button's callback before the canvas's, even if the canvas has sent its stroke before the click.
    _take()
    _show(drawing()[:-1])


def _clear() -> None:
    _take()
    clear_canvas()


def _show(objects: list[dict[str, Any]]) -> None:
    """Make this the drawing. Its new number tells the canvas to take it, even if it was told the same before."""
    st.session_state[DRAWING] = objects
    rev = st.session_state.get(_START, {}).get("rev", 0) + 1
    st.session_state[_START] = {"objects": objects, "rev": rev, "seen": live_canvas.last_seen()}
