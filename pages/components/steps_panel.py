"""How the drawing becomes the picture that the network reads."""

from __future__ import annotations

import streamlit as st

from core.runs import RunRecord
from pages.components.canvas import VIEW
from pages.components.steps_view import stages_html
from pages.components.subject import Subject


def show_steps(_: RunRecord, subject: Subject) -> None:
    """One picture a step."""
    if subject.stages is None:
        st.caption("This picture is given to the network as it is.")
    else:
        st.html(stages_html(subject.strokes, subject.stages, VIEW))
