"""A canvas that sends a stroke while it is drawn, too. Its script is web/live_canvas.js."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import DrawingError
from core.ink.fabric_json import objects_from_strokes, strokes_from_objects
from pages.components.shell.component import Component
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr_plain

_KEY = "live_canvas"
# The number of the last message taken from the canvas.
_SEEN = "live_canvas_seen"
# Keys of the buttons by which the page changes the drawing.
UNDO, CLEAR = "canvas_undo", "canvas_clear"

# `touch-action` lets fingers draw instead of scrolling the page.
_STYLE = """
canvas { display: block; width: 100%; touch-action: none; cursor: crosshair; }
"""
_COMPONENT = Component(
    "mnist_lab_live_canvas",
    Path(__file__).parent / "web" / "live_canvas.js",
    html='<canvas role="img"></canvas>',
    style=_STYLE,
)


def is_shown() -> bool:
    """Whether the canvas was on the page in the run before this one."""
    return _KEY in st.session_state


def draw_live_canvas(
    start: Mapping[str, Any], ink: str, brush: int, size: tuple[int, int], on_change: Callable[[], None]
) -> None:
    """The canvas.

    start: the drawing to show: its `objects` (`core.ink.fabric_json`), its number `rev` and the number `seen` of the
        last message that went into it. It is shown whenever `rev` is new; strokes begun after that message stay.
    ink: the lines' colour, as CSS writes it. brush: their width in canvas pixels.
    size: width and height in canvas pixels; it is shown as wide as the page lets it be.
    on_change: called when there is something new to `take_live_drawing`.
    """
    data = {
        "start": {"rev": start["rev"], "strokes": _plain(start["objects"]), "seen": start["seen"]},
        "changes": f".st-key-{UNDO}, .st-key-{CLEAR}",
        "size": size,
        "brush": brush,
        "ink": ink,
        "label": tr_plain("Canvas to draw on"),
        "seen": last_seen(),
    }
    _COMPONENT(key=_KEY, data=data, on_drawing_change=callback(on_change))


def take_live_drawing(rev: int, ink: str) -> list[dict[str, Any]] | None:
    """The drawing's objects as the canvas has sent them.

    None when there is no new message, or when it changes an older drawing than the one with the number `rev`.
    """
    sent = st.session_state[_KEY].get("drawing")
    if sent is None or sent["number"] <= last_seen():
        return None
    st.session_state[_SEEN] = sent["number"]
    if sent["rev"] != rev:
        return None
    points = [[stroke["points"][i : i + 2] for i in range(0, len(stroke["points"]), 2)] for stroke in sent["strokes"]]
    return objects_from_strokes(points, [stroke["width"] for stroke in sent["strokes"]], ink)


def last_seen() -> int:
    """The number of the last message taken from the canvas."""
    number: int = st.session_state.get(_SEEN, 0)
    return number


def _plain(objects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Strokes in the form that the script uses; none of a drawing that cannot be read."""
    try:
        strokes = strokes_from_objects(objects)
    except DrawingError:
        return []
    return [
        {"width": entry.get("strokeWidth", 1), "points": stroke.round(1).ravel().tolist()}
        for entry, stroke in zip(objects, strokes, strict=True)
    ]
