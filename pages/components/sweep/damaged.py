"""The sweeps that cannot be read: why, and a way to delete them."""

from __future__ import annotations

import streamlit as st

from core.texts.message import plural, shorten
from pages.components.runs.steering import ask_first
from pages.components.shell.texts import tr
from pages.components.sweep.services import sweep_store


def show_damaged() -> None:
    """Draw one line for all of them, and each on request; nothing where there is none."""
    damaged = sweep_store().damaged()
    if not damaged:
        return
    line = plural("{count} sweep cannot be read", "{count} sweeps cannot be read", len(damaged))
    with st.expander(tr(line), icon=":material/warning:"):
        for folder, reason in damaged.items():
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(width="stretch"):
                    # It begins with the folder.
                    st.caption(tr(reason))
                if st.button(
                    tr("Delete"), key=f"delete_damaged_{shorten(folder)}", icon=":material/delete:", type="tertiary"
                ):
                    _delete_dialog(folder)


def _delete_dialog(folder: str) -> None:
    text = tr(
        "The folder {folder} and all that is in it will be gone for good. The runs of this sweep stay: the table of "
        "the Train page shows them among the trials.",
        folder=folder,
    )
    ask_first(
        tr("Delete the sweep?"), text, tr("Delete"), ":material/delete:", lambda: sweep_store().delete_damaged(folder)
    )
