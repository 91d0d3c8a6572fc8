"""The fields for what a sweep varies: one or two settings, each with the values to try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.config.fields import find_field, value_text
from core.sweep.search_space import variables
from models.texts import mark
from pages.components.forms.config_fields import ConfigFields
from pages.components.forms.field import KEPT, when_changed
from pages.components.shell.texts import tr, tr_plain

_SIDES = (mark("Rows"), mark("Columns"))
_NOTHING = ""


class GridFields:
    """The fields beside those of `form`, which also keeps their values."""

    def __init__(self, form: ConfigFields) -> None:
        self._form = form

    def fill(self, grid: Mapping[str, tuple[Any, ...]]) -> None:
        """Put a grid into the fields. Call it after the form was filled and before the fields are drawn."""
        sides = [*grid.items(), (_NOTHING, ())]
        for side in range(len(_SIDES)):
            name, values = sides[side]
            st.session_state[self._name_key(side)] = name
            st.session_state[self._values_key(side)] = _as_text(values)

    def draw(self) -> dict[str, str]:
        """Draw the fields; returns the text of the values for each name."""
        arch = self._form.architecture.name
        labels = {name: tr_plain(find_field(name, arch).label) for name in variables(arch)} | {
            _NOTHING: tr_plain("Nothing")
        }
        grid: dict[str, str] = {}
        for side, label in enumerate(_SIDES):
            free = [name for name in labels if name and name not in grid]
            offered = {name: labels[name] for name in ([*free, _NOTHING] if side else free)}
            left, right = st.columns([1, 1.2], gap="small")
            with left:
                name = self._draw_name(side, tr(label), offered)
            if name:
                with right:
                    grid[name] = st.text_input(
                        tr("Values"),
                        key=self._values_key(side),
                        persist_state=KEPT,
                        help=tr("Separated by commas. Sizes of several layers are joined by hyphens, such as 64-32."),
                    )
        return grid

    def _draw_name(self, side: int, label: str, offered: Mapping[str, str]) -> str:
        key = self._name_key(side)
        if st.session_state.get(key) not in offered:
            st.session_state[key] = next(iter(offered))
            self._suggest(side)
        name: str = st.selectbox(
            label,
            list(offered),
            key=key,
            persist_state=KEPT,
            format_func=offered.__getitem__,
            on_change=when_changed(key, lambda: self._suggest(side)),
        )
        return name

    def _suggest(self, side: int) -> None:
        if name := st.session_state[self._name_key(side)]:
            values = find_field(name, self._form.architecture.name).suggestions
            st.session_state[self._values_key(side)] = _as_text(values)

    def _name_key(self, side: int) -> str:
        return self._form.key(f"vary_{side}")

    def _values_key(self, side: int) -> str:
        return self._form.key(f"values_{side}")


def _as_text(values: tuple[object, ...]) -> str:
    return ", ".join(map(value_text, values))
