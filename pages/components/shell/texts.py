"""Texts in the visitor's language, safe where they are shown.

Streamlit reads most texts as Markdown, so `tr` is what nearly every widget wants. A value such as a run's name is
escaped for the place; the text around it may use the place's markup. An error about one setting calls it by its label.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

import streamlit as st

from core.config.fields import with_label
from core.errors import LabError
from core.texts.catalogue import Catalogue, best_language, find_catalogue
from core.texts.message import Escape, Message
from pages.components.shell.cookies.language_cookie import LANGUAGE, LANGUAGE_COOKIE

# The language of this session, which never changes: another choice loads the page anew. Asking Streamlit for it each
# time takes twice as long, and a page has hundreds of texts.
_LANGUAGE = "language"

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
    """The texts in the language that the address asks for, that the visitor has chosen before, or that the browser has.

    English where there are none in it.
    """
    language: str | None = st.session_state.get(_LANGUAGE)
    if language is None:
        # The address has it where no middleware has taken it out.
        asked: str | None = st.query_params.get(LANGUAGE)
        wanted = asked or st.context.cookies.get(LANGUAGE_COOKIE) or st.context.locale
        language = best_language(wanted or "")
        # A visitor whose connection has ended asks for none.
        if wanted:
            st.session_state[_LANGUAGE] = language
    return find_catalogue(language)


def page_language() -> str:
    """The language that the visitor's pages are in, such as "zh_Hans"."""
    return catalogue().language


def _translate(text: Text, values: dict[str, Any], escape_value: Escape) -> str:
    if isinstance(text, LabError):
        text = text.message
    elif isinstance(text, OSError):
        # The operating system's words are in its own language.
        text = Message("{reason}", {"reason": text.strerror or str(text)})
    elif isinstance(text, str):
        text = Message(text, values)
    return catalogue().text(with_label(text), escape_value)
