"""A form that outlasts a refresh of the page: the browser's tab keeps what was typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import streamlit as st

from core.errors import RecordError
from core.storage.reading import parse_json
from pages.components.shell.address import named
from pages.components.shell.tab_storage import keep_in_tab


class Part(Protocol):
    """Some fields of a form, which the session keeps."""

    def values(self) -> Any:
        """What the fields hold, as plain values for JSON."""

    def can_hold(self, values: Any) -> bool:
        """Whether `put` can take this. It may be anything."""

    def put(self, values: Any) -> None:
        """Put the values into the fields."""


@dataclass(frozen=True)
class Single:
    """A field that belongs to no part.

    default: its value before it is first drawn.
    can_hold: whether it can hold a value, which may be anything.
    """

    default: Any
    can_hold: Callable[[Any], bool]


class KeptForm:
    """The whole content of one form.

    prefix: begins the names under which the session keeps the fields.
    singles, parts: the fields by their names. Parts are restored in this order.
    address: names of the parameters in the page's address that fill the form.

    What was typed is restored only where these parameters still say what they said when it was typed. It was then typed
    after the address had filled the form. Where they say something else, the visitor has followed a link since, so the
    address counts and the tab forgets what it kept. Choosing another recipe, data set or architecture takes them out of
    the address, so a refresh then finds the address without them, as it was when the choice was kept.
    """

    def __init__(
        self,
        prefix: str,
        singles: Mapping[str, Single],
        parts: Mapping[str, Part],
        address: Collection[str] = (),
    ) -> None:
        self._prefix = prefix
        self._singles = singles
        self._parts = parts
        self._address = address

    def key(self, name: str) -> str:
        """Where the session keeps a single field's value.

        It is another place once the form was restored. A browser that has not heard of the restored values yet sends
        the old ones along with its next message; under the old name they change nothing.
        """
        return f"{self._prefix}{'restored_' if self._is_restored else ''}{name}"

    def keep(self) -> None:
        """Let the tab keep the form. Call it once the form is filled, before any of it is drawn."""
        text = self._text()
        untouched = st.session_state.setdefault(self._untouched_key, text)
        keep_in_tab(f"{self._prefix}form", "" if text == untouched else text, self._restore)

    def _restore(self, text: str) -> None:
        """Put what the tab kept into the form, unless the visitor has changed the form already or it does not fit."""
        if self._text() != st.session_state.get(self._untouched_key):
            return
        kept = _read(text)
        if kept is None or {*kept} != {"address", "singles", "parts"} or kept["address"] != self._in_address():
            return
        singles, parts = kept["singles"], kept["parts"]
        if not (_fits(self._singles, singles) and _fits(self._parts, parts)):
            return
        st.session_state[f"{self._prefix}is_restored"] = True
        for name, value in singles.items():
            st.session_state[self.key(name)] = value
        for name, part in self._parts.items():
            part.put(parts[name])

    def _text(self) -> str:
        singles = {name: st.session_state.get(self.key(name), entry.default) for name, entry in self._singles.items()}
        parts = {name: part.values() for name, part in self._parts.items()}
        return json.dumps({"address": self._in_address(), "singles": singles, "parts": parts})

    def _in_address(self) -> dict[str, str]:
        found = {name: named(name) for name in self._address}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def _is_restored(self) -> bool:
        return bool(st.session_state.get(f"{self._prefix}is_restored"))

    @property
    def _untouched_key(self) -> str:
        return f"{self._prefix}untouched"


def _read(text: str) -> dict[str, Any] | None:
    """The object that a text in JSON holds, or None."""
    try:
        kept = parse_json(text)
    except RecordError:
        return None
    return kept if isinstance(kept, dict) else None


def _fits(fields: Mapping[str, Single | Part], values: Any) -> bool:
    if not isinstance(values, dict) or {*values} != {*fields}:
        return False
    return all(field.can_hold(values[name]) for name, field in fields.items())
