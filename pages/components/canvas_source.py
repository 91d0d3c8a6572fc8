"""A drawing on the canvas as what is to be read."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.canvas_paths import brush_widths, strokes_from_objects
from core.errors import DrawingError
from core.runs import RunRecord
from core.strokes import Canvas, Stroke, picture_from_strokes
from pages.components.canvas import VIEW, draw_canvas
from pages.components.steps_choice import chosen_steps
from pages.components.subject import Subject


def choose_drawing(_: RunRecord) -> Subject | None:
    """The canvas with its buttons; returns the drawing, None while there is none or after saying what is wrong."""
    objects = draw_canvas()
    try:
        return _subject(strokes_from_objects(objects), brush_widths(objects))
    except DrawingError as error:
        st.error(str(error), icon=":material/error:")
        return None


def _subject(strokes: Sequence[Stroke], brushes: Sequence[float]) -> Subject | None:
    left, top, side, _ = VIEW
    canvas = Canvas(left, top, side, brushes)
    stages = picture_from_strokes(strokes, steps=chosen_steps(), canvas=canvas)
    return Subject(stages.picture, strokes, stages, canvas=canvas) if stages else None
