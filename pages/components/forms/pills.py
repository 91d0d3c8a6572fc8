"""A choice of one among a few views, each with a title and an icon, as pills in a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar

import streamlit as st

from pages.components.shell.texts import tr

T = TypeVar("T", bound=str)


def choose_pill(
    label: str, choices: Mapping[T, tuple[str, str]], key: str, width: Literal["stretch", "content"] = "stretch"
) -> T:
    """Draw the choice, at first of the first one; returns what is chosen.

    label: for screen readers. choices: the title, a text of the catalogue, and the icon of each.
    """
    names = list(choices)
    chosen: T = st.pills(
        label,
        names,
        default=names[0],
        required=True,
        key=key,
        persist_state="session",
        format_func=lambda name: f"{choices[name][1]} {tr(choices[name][0])}",
        label_visibility="collapsed",
        width=width,
    )
    return chosen
