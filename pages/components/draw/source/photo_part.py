"""The part of a photograph that is read: drawn on it with mouse or finger, or set by two sliders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.errors import PhotoError
from core.photo.open_photo import MIN_SIDE, Photo
from pages.components.shell.component import Component
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

# Left, top, right and bottom in pixels.
Box = tuple[int, int, int, int]

_COMPONENT = Component("mnist_lab_photo", Path(__file__).parent / "web" / "photo.js", is_hidden=True)
# Per cent from left to right, and from top to bottom.
_WHOLE = (0, 100)
# A finger draws on the photograph instead of scrolling the page.
_STYLE = "<style>.lab-photo img { touch-action: none; cursor: crosshair; }</style>"


def chosen_part(way: str, photo: Photo) -> Box | None:
    """The chosen part of a photograph (height, width, 3), None for all of it. Raises PhotoError where it is too small.

    way: by which the photograph came.
    """
    (left, right), (top, bottom) = (st.session_state.get(key, _WHOLE) for key in _keys(way))
    if (left, right) == (top, bottom) == _WHOLE:
        return None
    height, width = photo.shape[:2]
    box = round(left * width / 100), round(top * height / 100), round(right * width / 100), round(bottom * height / 100)
    if min(box[2] - box[0], box[3] - box[1]) < MIN_SIDE:
        raise PhotoError(
            "The chosen part has {width}×{height} pixels; each side needs at least {least}.",
            width=box[2] - box[0],
            height=box[3] - box[1],
            least=MIN_SIDE,
        )
    return box


def choose_whole(way: str) -> None:
    """Let all of the photograph be read; to be called before the sliders are drawn, as in a callback."""
    for key in _keys(way):
        st.session_state[key] = _WHOLE


def choose_part(way: str) -> None:
    """The sliders and how to draw the part, on request."""
    keys = _keys(way)
    with st.expander(tr("Read a part only"), icon=":material/crop:", key=f"{way}_part", on_change="rerun") as expander:
        if not expander.open:
            return
        st.html(_STYLE)
        st.caption(tr("Draw a rectangle on the photograph with mouse or finger, or set it here."))
        for key, label in zip(keys, (tr("From left to right"), tr("From top to bottom")), strict=True):
            st.session_state.setdefault(key, _WHOLE)
            st.slider(label, *_WHOLE, key=key, persist_state="session", format="%d %%")
        st.button(
            tr("Read all of it"),
            icon=":material/crop_free:",
            key=f"{way}_whole",
            disabled=all(st.session_state[key] == _WHOLE for key in keys),
            on_click=callback(choose_whole),
            args=(way,),
        )


def point_at_photo(way: str, photo: Photo, boxes: Sequence[Sequence[float]]) -> None:
    """Let the reader draw the part, and click on a digit's box.

    boxes: left, top, right and bottom of each digit in pixels.
    """
    height, width = photo.shape[:2]
    side = max(height, width)
    frame = [(side - width) / 2 / side, (side - height) / 2 / side, width / side, height / side]
    shares = [[left / width, top / height, right / width, bottom / height] for left, top, right, bottom in boxes]
    key = f"{way}_photo"
    _COMPONENT(key=key, data={"boxes": shares, "frame": frame}, on_part_change=callback(lambda: _take(way)))


def _take(way: str) -> None:
    sent = st.session_state[f"{way}_photo"].get("part")
    if sent:
        left, top, right, bottom = (round(100 * share) for share in sent["box"])
        for key, ends in zip(_keys(way), ((left, right), (top, bottom)), strict=True):
            st.session_state[key] = ends


def _keys(way: str) -> tuple[str, str]:
    """The sliders' keys."""
    return f"{way}_across", f"{way}_down"
