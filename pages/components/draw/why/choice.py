"""The choice of a class, or of none in particular."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

# Streamlit takes None for an empty box.
_NONE = -1
# CSS pixels, so that two stand side by side on a phone and in a column.
_WIDTH = 164


def choose_class(label: str, key: str, otherwise: str, classes: Sequence[int], names: Sequence[str]) -> int | None:
    """Draw the choice; returns one of `classes`, or None for the first choice, which is called `otherwise`.

    names: of all classes by their number.
    """
    options = [_NONE, *classes]
    # What was chosen for another picture or network may not be offered now.
    if st.session_state.get(key) not in options:
        st.session_state[key] = _NONE
    chosen = st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda number: otherwise if number == _NONE else names[number],
        width=_WIDTH,
        persist_state="session",
    )
    return None if chosen == _NONE else chosen
