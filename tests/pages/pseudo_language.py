"""A language for tests: English in marks, so that a text that is not from the catalogue is seen at once."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import Any

from babel.messages.pofile import read_po

from core.texts.catalogue import Catalogue
from core.texts.message import Escape, Message, render
from tools.texts import POT_FILE

# Signs that no page uses otherwise. Marks can be nested.
OPEN, CLOSE = "⟦", "⟧"


class PseudoLanguage(Catalogue):
    """Each text of `locales/texts.pot` in marks; one that is missing there stays as it is.

    A value that is filled into a text stands outside of the text's marks: it is none of the translator's words. So a
    word that is given as a value has to be a message of its own.
    """

    def __init__(self) -> None:
        super().__init__("pseudo")

    def text(self, text: Message, escape: Escape = str) -> str:
        return render(_in_marks(text), escape=escape)


def _in_marks(text: Message) -> Message:
    values = {name: _in_marks(value) if isinstance(value, Message) else value for name, value in text.values.items()}
    has_fields = bool(values)
    return Message(_translate(text.id, has_fields), values, _translate(text.plural, has_fields), text.count)


def _translate(words: str, has_fields: bool) -> str:
    if words not in _known_texts():
        return words
    if not has_fields:
        return OPEN + words + CLOSE
    parts = [_part(*part) for part in Formatter().parse(words)]
    return "".join(parts)


def _part(literal: str, field: str | None, spec: str | None, conversion: str | None) -> str:
    """Words in marks and the field behind them, as `str.format` has it."""
    # The parser has taken doubled braces for single ones.
    words = re.sub(r"[{}]", r"\g<0>\g<0>", literal)
    filled = "" if field is None else f"{{{field}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
    return (OPEN + words + CLOSE if words else "") + filled


@cache
def _known_texts() -> frozenset[str]:
    with POT_FILE.open("rb") as file:
        entries: list[Any] = [entry.id for entry in read_po(file) if entry.id]
    return frozenset(text for entry in entries for text in ([entry] if isinstance(entry, str) else entry))
