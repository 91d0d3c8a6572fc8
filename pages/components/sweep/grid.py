"""The fields for what a sweep varies: one or two settings, each with the values to try."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.config.fields import find_field, value_text
from core.errors import ConfigError
from core.sweep.search_space import variables
from models.texts import mark
from pages.components.forms.config_fields import ConfigFields
from pages.components.forms.field import KEPT, when_changed
from pages.components.forms.mistake import show_mistake
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
        self.put([[name, _as_text(values)] for name, values in sides[: len(_SIDES)]])

    def values(self) -> list[list[str]]:
        """For each side the name and the text of its values."""
        keys = [(self._name_key(side), self._values_key(side)) for side in range(len(_SIDES))]
        return [[st.session_state[name], st.session_state[values]] for name, values in keys]

    def can_hold(self, values: Any) -> bool:
        """Whether `put` can take this. It may be anything; `read` replaces names that are not offered."""
        if not isinstance(values, list) or len(values) != len(_SIDES):
            return False
        pairs = all(isinstance(side, list) and len(side) == 2 for side in values)
        return pairs and all(isinstance(text, str) for side in values for text in side)

    def put(self, values: Sequence[Sequence[str]]) -> None:
        """The inverse of `values`. Call it after the form was filled and before the fields are drawn."""
        for side, (name, text) in enumerate(values):
            st.session_state[self._name_key(side)] = name
            st.session_state[self._values_key(side)] = text

    def read(self) -> dict[str, str]:
        """The text of the values for each chosen name. A name that the form does not offer gives way to one it does."""
        grid: dict[str, str] = {}
        for side in range(len(_SIDES)):
            key, offered = self._name_key(side), self._offered(side, grid)
            if st.session_state.get(key) not in offered:
                st.session_state[key] = offered[0]
                self._suggest(side)
            if name := st.session_state[key]:
                grid[name] = st.session_state[self._values_key(side)]
        return grid

    def draw(self, mistake: ConfigError | None = None) -> None:
        """Draw the fields, with the mistake below the values that it is about. Call it after `read`."""
        labels = {name: tr_plain(find_field(name, self._arch).label) for name in variables(self._arch)} | {
            _NOTHING: tr_plain("Nothing")
        }
        rows: list[str] = []
        for side, label in enumerate(_SIDES):
            key = self._name_key(side)
            left, right = st.columns([1, 1.2], gap="small")
            with left:
                st.selectbox(
                    tr(label),
                    self._offered(side, rows),
                    key=key,
                    persist_state=KEPT,
                    format_func=labels.__getitem__,
                    on_change=when_changed(key, partial(self._suggest, side)),
                )
            rows.append(st.session_state[key])
            if st.session_state[key]:
                with right, st.container(gap=None):
                    st.text_input(
                        tr("Values"),
                        key=self._values_key(side),
                        persist_state=KEPT,
                        help=tr("Separated by commas. Sizes of several layers are joined by hyphens, such as 64-32."),
                    )
                    show_mistake(st.session_state[key], mistake)

    @property
    def _arch(self) -> str:
        return self._form.architecture.name

    def _offered(self, side: int, taken: Collection[str]) -> list[str]:
        """What a side may vary; the second one may vary nothing."""
        free = [name for name in variables(self._arch) if name not in taken]
        return [*free, _NOTHING] if side else free

    def _suggest(self, side: int) -> None:
        if name := st.session_state[self._name_key(side)]:
            values = find_field(name, self._arch).suggestions
            st.session_state[self._values_key(side)] = _as_text(values)

    def _name_key(self, side: int) -> str:
        return self._form.key(f"vary_{side}")

    def _values_key(self, side: int) -> str:
        return self._form.key(f"values_{side}")


def _as_text(values: tuple[object, ...]) -> str:
    return ", ".join(map(value_text, values))
