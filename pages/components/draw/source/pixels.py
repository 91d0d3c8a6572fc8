"""A picture painted pixel by pixel as the subject."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.errors import DrawingError
from core.ink.fabric_json import strokes_from_objects
from core.ink.rendering import SIDE, Picture, picture_from_strokes
from core.runs.record import RunRecord
from models.texts import mark
from pages.components.draw.canvas.canvas import drawing
from pages.components.draw.canvas.pixel_editor import edit_pixels, edited_pixels, show_pixels
from pages.components.draw.source.dataset_image import last_test_image
from pages.components.draw.subject import Subject
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

_PEN = "pixels_pen"
_PENS = {True: mark("Line"), False: mark("Pixel")}
_KEYS = mark("""
| Key | What it does |
|---|---|
| Arrows | Move |
| Shift + arrows | Paint on the way |
| Space or Enter | Switches ink on or off; a step further it does the same again, which draws a line |
| Delete | Paper |
| 0 to 9 | A shade, from paper to full ink |
""")


def choose_pixels(_: RunRecord) -> Subject | None:
    """The editor with its buttons; returns its picture as it is, None while it is blank."""
    picture = edit_pixels(st.session_state.get(_PEN, True))
    is_blank = not picture.any()
    with st.container(horizontal=True, gap="xsmall"):
        st.button(tr("Clear"), icon=":material/delete:", width="stretch", disabled=is_blank, on_click=callback(_clear))
        with st.popover(tr("Start from")):
            _offer(mark("The drawing"), ":material/draw:", _drawn())
            _offer(mark("The test image"), ":material/image:", last_test_image())
        with st.popover(tr("Keys")):
            st.markdown(tr(_KEYS))
    st.segmented_control(
        tr("Pen"),
        list(_PENS),
        format_func=lambda is_soft: tr(_PENS[is_soft]),
        default=True,
        required=True,
        key=_PEN,
        persist_state="session",
        help=tr("A line is as thick as MNIST’s."),
    )
    return None if is_blank else Subject(edited_pixels())


def _offer(label: str, icon: str, picture: Picture | None) -> None:
    st.button(
        tr(label),
        icon=icon,
        width="stretch",
        disabled=picture is None,
        on_click=callback(show_pixels),
        args=(picture,),
        key=label,
    )


def _drawn() -> Picture | None:
    try:
        stages = picture_from_strokes(strokes_from_objects(drawing()))
    except DrawingError:
        return None
    return stages.picture if stages else None


def _clear() -> None:
    show_pixels(np.zeros((SIDE, SIDE), np.uint8))
