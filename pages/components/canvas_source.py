"""A drawing on the canvas as what is to be read."""

from __future__ import annotations

import streamlit as st

from core.canvas_paths import strokes_from_objects
from core.errors import DrawingError
from core.runs import RunRecord
from core.strokes import picture_from_strokes
from pages.components.canvas import draw_canvas
from pages.components.subject import Subject


def choose_drawing(_: RunRecord) -> Subject | None:
    """The canvas with its buttons; returns the drawing, None while there is none or after saying what is wrong."""
    objects = draw_canvas()
    try:
        strokes = strokes_from_objects(objects)
        stages = picture_from_strokes(strokes)
    except DrawingError as error:
        st.error(str(error), icon=":material/error:")
        return None
    return Subject(stages.picture, strokes, stages) if stages else None
