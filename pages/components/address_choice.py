"""A row of choices whose present one stands in the page's address, so that a link or a refresh brings it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import streamlit as st


class Titled(Protocol):
    """Something to choose, by its title and icon."""

    @property
    def title(self) -> str:
        """A word or two."""

    @property
    def icon(self) -> str:
        """A Material icon, as Streamlit writes them."""


def choose_by_address(
    name: str, label: str, options: Mapping[str, Titled], default: str | None = None, **looks: Any
) -> str | None:
    """Draw the row; returns the chosen option's name.

    name: of the parameter in the address, and of the widget. Without `default` nothing need be chosen.
    looks: further arguments of st.segmented_control. An unknown name in the address is passed over.
    """
    if name not in st.session_state:
        asked = st.query_params.get(name)
        st.session_state[name] = asked if asked in options else default
    elif st.session_state[name] not in options:
        st.session_state[name] = default
    chosen: str | None = st.segmented_control(
        label,
        list(options),
        key=name,
        persist_state="session",
        required=default is not None,
        format_func=lambda option: f"{options[option].icon} {options[option].title}",
        on_change=_put_into_address,
        args=(name,),
        **looks,
    )
    return chosen


def choose_now(name: str, option: str) -> None:
    """Choose an option in the reader's place; to be called before the row is drawn, as in a callback."""
    st.session_state[name] = option
    _put_into_address(name)


def _put_into_address(name: str) -> None:
    if st.session_state[name]:
        st.query_params[name] = st.session_state[name]
    else:
        st.query_params.pop(name, None)
