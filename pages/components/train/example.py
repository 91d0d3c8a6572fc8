"""What a run will look like, before the first one."""

from __future__ import annotations

import streamlit as st

from core.runs.record import RunRecord
from pages.components.runs.curves import read_histories, show_curves
from pages.components.runs.finish_card import COPY_KEY
from pages.components.shell.texts import tr


def show_example(record: RunRecord) -> None:
    """Draw the curves of a bundled run, with a button that takes its settings into the form."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(tr("**An example**: {name}, trained before.", name=record.name), width="content")
        if st.button(tr("Train one like it"), icon=":material/content_copy:", type="tertiary"):
            st.session_state[COPY_KEY] = record.id
            st.rerun()
    show_curves([record], read_histories([record]))
