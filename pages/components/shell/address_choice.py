"""A row of choices whose present one stands in the page's address, so that a link or a refresh brings it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import streamlit as st

from pages.components.shell.texts import tr


class Titled(Protocol):
    """Something to choose, by its title and icon."""

    @property
    def title(self) -> str:
        """A word or two, marked for the catalogue."""

    @property
    def icon(self) -> str:
        """A Material icon, as Streamlit writes them."""


def choose_by_address(
    name: str, label: str, options: Mapping[str, Titled], default: str | None = None, **looks: Any
) -> str | None:
    """Draw the row; returns the chosen option's name.

    name: of the parameter in the address, and of the widget. Without `default` nothing need be chosen.
    looks: further arguments of st.pills. What is not among the options, as in an old link or for another network, is
    passed over, and taken up again when it is.
    """
    wanted = _follow_address(name)
    st.session_state[name] = wanted if wanted in options else default
    # Not a segmented control: where that wraps, its frame breaks.
    chosen: str | None = st.pills(
        label,
        list(options),
        key=name,
        required=default is not None,
        format_func=lambda option: f"{options[option].icon} {tr(options[option].title)}",
        on_change=lambda: choose_now(name, st.session_state[name]),
        **looks,
    )
    return chosen


def choose_now(name: str, option: str | None) -> None:
    """Choose an option in the reader's place; to be called before the row is drawn, as in a callback."""
    st.session_state[_wanted(name)] = st.session_state[_seen(name)] = option
    if option:
        st.query_params[name] = option
    else:
        st.query_params.pop(name, None)


def _follow_address(name: str) -> str | None:
    """What is wanted: what the address says wherever it has changed, by a link or the browser's Back button."""
    asked, seen = st.query_params.get(name), st.session_state.get(_seen(name))
    # The widget's value is forgotten with the page. Whoever comes back, to an address without it, finds their choice.
    comes_back = name not in st.session_state
    if asked != seen and not (comes_back and asked is None):
        st.session_state[_wanted(name)] = asked
    st.session_state[_seen(name)] = asked
    wanted: str | None = st.session_state.get(_wanted(name))
    return wanted


def _wanted(name: str) -> str:
    return f"{name}_wanted"


def _seen(name: str) -> str:
    return f"{name}_in_address"
