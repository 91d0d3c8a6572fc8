"""Fields folded into a line that says what is set, or that something in it is wrong."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import ConfigError
from core.texts.message import Message
from pages.components.forms.mistake import line_of_mistake
from pages.components.shell.texts import tr


def folded(line: Message, key: str, mistake: ConfigError | None = None) -> DeltaGenerator:
    """An expander under `line`, which stays as it is, open or not, while its fields change the line.

    key: by which the browser knows it whatever its line says. The page must not listen to it (`on_change`): Streamlit
        would then take it for another one whenever the line changes, and the field in use would lose the focus.
    mistake: what is wrong with its fields. The line says where; the words stand at the field.
    """
    label = line_of_mistake(line, mistake) if mistake else tr(line)
    icon = ":material/error:" if mistake else ":material/tune:"
    return st.expander(label, icon=icon, key=key)
