"""A canvas of our own that tells of a stroke while it is drawn. Its script is web/live_canvas.js."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.errors import StreamlitAPIException

from core.errors import DrawingError
from core.ink.fabric_json import objects_from_strokes, strokes_from_objects

_WEB = Path(__file__).parent / "web"
_KEY = "live_canvas"
# The number of the last message taken from the canvas.
_SEEN = "live_canvas_seen"

# Fingers draw instead of scrolling the page.
_STYLE = """
canvas { display: block; touch-action: none; cursor: crosshair; }
"""


def is_shown() -> bool:
    """Whether the canvas was on the page in the run before this one."""
    return _KEY in st.session_state


def draw_live_canvas(
    start: dict[str, Any], ink: str, brush: int, size: tuple[int, int], take: Callable[[], None]
) -> None:
    """The canvas.

    start: objects to show (`core.ink.fabric_json`) and their number `rev`; taken whenever that is new.
    size: width and height in CSS pixels. take: called when there is something new to `take_live_drawing`.
    """
    data = {
        "start": {"rev": start["rev"], "strokes": _plain(start["objects"])},
        "size": size,
        "brush": brush,
        "ink": ink,
        "seen": st.session_state.get(_SEEN, 0),
    }
    try:
        _component()(key=_KEY, data=data, width=size[0], height=size[1], on_drawing_change=take)
    except StreamlitAPIException:
        # Without a running server, as in tests, components cannot be registered; the drawing is all the same.
        _component.cache_clear()


def take_live_drawing(rev: int, ink: str) -> list[dict[str, Any]] | None:
    """The drawing's objects as the canvas has sent them; None when it tells of a drawing before the present `rev`."""
    sent = st.session_state[_KEY]["drawing"]
    st.session_state[_SEEN] = sent["number"]
    if sent["rev"] != rev:
        return None
    points = [[stroke["points"][i : i + 2] for i in range(0, len(stroke["points"]), 2)] for stroke in sent["strokes"]]
    return objects_from_strokes(points, [stroke["width"] for stroke in sent["strokes"]], ink)


@lru_cache(maxsize=1)
def _component() -> ComponentRenderer:
    script = (_WEB / "live_canvas.js").read_text(encoding="utf-8")
    canvas = '<canvas role="img" aria-label="Canvas to draw on"></canvas>'
    return st.components.v2.component("mnist_lab_live_canvas", html=canvas, css=_STYLE, js=script)


def _plain(objects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects in the words of the script; nothing of a drawing that cannot be read."""
    try:
        strokes = strokes_from_objects(objects)
    except DrawingError:
        return []
    return [
        {"width": entry.get("strokeWidth", 1), "points": stroke.round(1).ravel().tolist()}
        for entry, stroke in zip(objects, strokes, strict=True)
    ]
