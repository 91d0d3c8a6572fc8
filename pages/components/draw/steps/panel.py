"""How the drawing becomes the picture that the network reads, with a switch for each step."""

from __future__ import annotations

import streamlit as st

from core.runs.record import RunRecord
from pages.components.draw.steps.choice import chosen_steps, step_switch
from pages.components.draw.steps.view import stage_html, stages
from pages.components.draw.subject import Subject
from pages.components.shell.texts import tr

_STYLE = """
<style>
.st-key-steps_row { row-gap: 1.5rem; }
</style>
"""


def show_steps(_: RunRecord, subject: Subject) -> None:
    """One picture a step."""
    shown = stages(subject, chosen_steps())
    if not shown:
        st.caption(tr("This picture is given to the network as it is."))
        return
    st.html(_STYLE)
    with st.container(horizontal=True, gap="small", key="steps_row"):
        for number, stage in enumerate(shown, start=1):
            with st.container(width=164, gap="small"):
                st.html(stage_html(number, stage))
                if stage.switch:
                    step_switch(stage.switch)
