"""Texts in the language of the terminal."""

from __future__ import annotations

import os
from typing import Any

from core.errors import LabError
from core.texts.catalogue import SOURCE_LANGUAGE, best_language, find_catalogue
from core.texts.message import Message

# The variables that POSIX has for the language of messages, the strongest first.
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def tr(text: str | Message | LabError, /, **values: Any) -> str:
    """A text for the terminal."""
    if isinstance(text, LabError):
        text = text.message
    language = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), SOURCE_LANGUAGE)
    message = text if isinstance(text, Message) else Message(text, values)
    return find_catalogue(best_language(language)).text(message)
