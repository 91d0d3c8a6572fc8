"""Parts of a page that are written in JavaScript."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.errors import StreamlitAPIException


class Component:
    """One such part, registered with Streamlit when it is drawn for the first time.

    name: among all components of the server. scripts: files of JavaScript, in the order in which they build on each
    other. html: what the script finds in its place. style: CSS of that. is_hidden: it shows nothing and takes no room.
    """

    def __init__(
        self, name: str, *scripts: Path, html: str | None = None, style: str | None = None, is_hidden: bool = False
    ) -> None:
        self._name, self._scripts, self._html, self._style = name, scripts, html, style
        self._is_hidden = is_hidden

    def __call__(self, key: str, data: Any = None, **more: Any) -> None:
        """Draw it.

        data: what the script is given. more: as Streamlit takes it; it calls `on_{name}_change` when the script has
            sent a value of this name.

        Where no server runs, as in tests of single pages, the script does not run either.
        """
        if self._is_hidden:
            st.html(f"<style>.st-key-{key} {{ display: none; }}</style>")
        try:
            self._renderer(key=key, data=data, **more)
        except StreamlitAPIException:
            # It has to be registered anew once a server runs.
            vars(self).pop("_renderer", None)

    @cached_property
    def _renderer(self) -> ComponentRenderer:
        script = "\n".join(file.read_text(encoding="utf-8") for file in self._scripts)
        return st.components.v2.component(self._name, html=self._html, css=self._style, js=script)
