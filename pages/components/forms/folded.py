"""Fields folded into a line that says what is set."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def folded(line: str, key: str) -> DeltaGenerator:
    """An expander under `line` whose fields stay in sight while they change the line.

    An expander whose label changes falls back to how it was first drawn, so it is drawn as the session knows it.
    key: where the session keeps whether it is open.
    """
    is_open = bool(st.session_state.get(key))
    return st.expander(line, icon=":material/tune:", key=key, on_change="rerun", expanded=is_open)
