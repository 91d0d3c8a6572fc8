"""Texts in the visitor's language, safe where they are shown.

Streamlit reads most texts as Markdown, so `tr` is what nearly every widget wants. A value such as a run's name is
escaped for the place; the text around it may use the place's markup.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

import streamlit as st

from core.errors import LabError
from core.texts.catalogue import Catalogue, best_language, find_catalogue
from core.texts.message import Escape, Message

Text = str | Message | LabError | OSError

_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]$~<:#>|{}!])")


def tr(text: Text, /, **values: Any) -> str:
    """A text for a place that reads Markdown: labels, headings, notices, captions."""
    return _translate(text, values, escape_markdown)


def tr_plain(text: Text, /, **values: Any) -> str:
    """A text for a place that shows it as it stands: tables, charts, placeholders, `st.text`."""
    return _translate(text, values, str)


def tr_html(text: Text, /, **values: Any) -> str:
    """A text for HTML."""
    return _translate(text, values, escape)


def escape_markdown(text: str) -> str:
    """A visitor's words as they stand, where Markdown would read signs in them."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(text.split("\n")))


def catalogue() -> Catalogue:
    """The texts in the language that the visitor's browser asks for, as far as there are any."""
    return find_catalogue(best_language(st.context.locale or ""))


def _translate(text: Text, values: dict[str, Any], escape_value: Escape) -> str:
    if isinstance(text, LabError):
        text = text.message
    elif isinstance(text, OSError):
        # The operating system's words are in its own language.
        text = Message("{reason}", {"reason": text.strerror or str(text)})
    elif isinstance(text, str):
        text = Message(text, values)
    return catalogue().text(text, escape_value)
