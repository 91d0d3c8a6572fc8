"""Links to the page in the other languages: in the header, or below the page where that has no room.

Presenter mode hides them: its larger navigation needs the header.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.texts.catalogue import find_catalogue, languages
from core.texts.message import message
from pages.components.shell.component import Component
from pages.components.shell.cookies.language_cookie import LANGUAGE
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import page_language, tr_plain

_WEB = Path(__file__).parent / "web"
_COMPONENT = Component(
    "mnist_lab_languages",
    _WEB / "languages.js",
    html="<nav></nav>",
    style=(_WEB / "languages.css").read_text(encoding="utf-8"),
)


def show_language_choice() -> None:
    """Draw them. The script also tells the browser which language the page is in."""
    shown = page_language()
    # Each language's catalogue translates "English" as its own name.
    others = [
        {"tag": _tag(language), "name": find_catalogue(language).text(message("English"))}
        for language in languages()
        if language != shown
    ]
    data = {"label": tr_plain("Language"), "parameter": LANGUAGE, "shown": _tag(shown), "others": others}
    with st.container(key=form_key("languages")):
        _COMPONENT(key="language_links", data=data)


def _tag(language: str) -> str:
    """As browsers write it, such as "zh-Hans"."""
    return language.replace("_", "-")
