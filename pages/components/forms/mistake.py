"""What is wrong with a form, said where it is wrong."""

from __future__ import annotations

import streamlit as st

from core.errors import ConfigError
from core.texts.message import Message
from pages.components.shell.texts import tr

# In Streamlit's Markdown.
_AT_FIELD = ":small[:red[:material/error: {}]]"
_AS_LINE = ":red[{}]"


def show_mistake(name: str, mistake: ConfigError | None) -> None:
    """Say what is wrong, directly below the field of the setting `name`, if the mistake is about that setting."""
    if mistake and mistake.field == name:
        st.markdown(_AT_FIELD.format(tr(mistake)))


def line_of_mistake(line: Message, mistake: ConfigError) -> str:
    """What stands in place of the line under which settings are folded: in which of them there is a mistake."""
    if mistake.field:
        return _AS_LINE.format(tr("{settings}: {field} is wrong", settings=line, field=mistake.field))
    return _AS_LINE.format(tr("{settings}: something is wrong", settings=line))
