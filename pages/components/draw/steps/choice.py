"""Which steps from ink to picture are done; the reader can switch them off to see what they are for."""

from __future__ import annotations

import streamlit as st

from core.ink.rendering import ALL_STEPS, PreprocessSteps
from models.texts import mark
from pages.components.draw.subject import Subject
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

# The title of the switch of each field of `PreprocessSteps`.
TITLES = {
    "cut_out": mark("Cut out the ink"),
    "thicken": mark("Lines like MNIST’s"),
    "centre": mark("Balance the ink"),
}


def chosen_steps() -> PreprocessSteps:
    """The steps that are switched on."""
    return PreprocessSteps(**{name: st.session_state.get(_key(name), True) for name in TITLES})


def step_switch(name: str) -> None:
    """The switch of one step."""
    st.toggle(tr(TITLES[name]), value=True, key=_key(name), persist_state="session")


def steps_note(subject: Subject) -> None:
    """Beside the prediction: a note that a step is switched off, with a button that switches all on."""
    if subject.stages is None or chosen_steps() == ALL_STEPS:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="steps_note"):
        st.caption(tr("Steps to the picture are switched off."), width="content")
        st.button(tr("Switch on"), icon=":material/restart_alt:", type="tertiary", on_click=callback(_switch_on))


def _switch_on() -> None:
    for name in TITLES:
        st.session_state[_key(name)] = True


def _key(name: str) -> str:
    return f"step_{name}"
