"""Fields folded into a line that says what is set, or that something in it is wrong."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import ConfigError
from core.texts.message import Message
from pages.components.forms.mistake import line_of_mistake
from pages.components.shell.texts import tr


def folded(line: Message, key: str, mistake: ConfigError | None = None) -> DeltaGenerator:
    """An expander under `line` whose fields stay in sight while they change the line.

    An expander whose label changes falls back to how it was first drawn, so it is drawn as the session knows it.
    key: where the session keeps whether it is open.
    mistake: what is wrong with its fields. The line says where; the words stand at the field.
    """
    label = line_of_mistake(line, mistake) if mistake else tr(line)
    icon = ":material/error:" if mistake else ":material/tune:"
    is_open = bool(st.session_state.get(key))
    return st.expander(label, icon=icon, key=key, on_change="rerun", expanded=is_open)
