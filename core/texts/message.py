"""A text for a reader: its English words, which name it in the catalogue, and the values to fill in.

Whoever raises an error or describes a result makes a message. Whoever shows it chooses the language
(`core.texts.catalogue`) and how values are escaped, so no code needs to take an English sentence apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Characters of a value that are shown, such as a folder, a command, or a list of what is allowed.
MAX_VALUE_LENGTH = 300
# Characters that are shown of a value in quotes, {value!r}: what somebody has typed, or what stands in a file.
MAX_QUOTED_LENGTH = 80
# What stands for a value that has no text: lists that are nested too deeply, or a number of more bits than Python
# makes digits of.
_NAMELESS = "…"
_MOST_BITS = 14_000

Escape = Callable[[str], str]
# From (singular, plural or "", count) to the words in a language.
Translate = Callable[[str, str, int], str]


@dataclass(frozen=True)
class Message:
    """A text and its values.

    id: the English text, with fields as `str.format` has them, such as "{name} has {size:,} bytes." Without values it
        is shown as it stands, braces too.
    values: of the fields. A value that is a message itself is translated with the text around it.
    plural, count: the English text for any count but 1, and the count; empty where there is nothing to count.
    """

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    plural: str = ""
    count: int = 1

    def __str__(self) -> str:
        return render(self, english)

    def __bool__(self) -> bool:
        return bool(self.id)


NO_MESSAGE = Message("")


def message(text: str, /, **values: Any) -> Message:
    """A message of a text in the catalogue."""
    return Message(text, values)


def plural(one: str, many: str, count: int, /, **values: Any) -> Message:
    """A message in two forms, such as "{count} image" and "{count} images"; `count` is among its values."""
    return Message(one, {"count": count, **values}, many, count)


def join(texts: Iterable[Message], separator: str) -> Message:
    """Several messages in a row, each of them translated by itself."""
    values = {f"text{number}": text for number, text in enumerate(texts)}
    return Message(separator.join(f"{{{name}}}" for name in values), values)


def english(one: str, many: str, count: int) -> str:
    """The source language."""
    return many if many and count != 1 else one


def render(text: Message, translate: Translate = english, escape: Escape = str) -> str:
    """The message in words. `escape` makes a value harmless where the text around it is markup."""
    words = translate(text.id, text.plural, text.count) if text.id else ""
    if not text.values:
        return words
    values = {name: _prepare(value, translate, escape) for name, value in text.values.items()}
    return words.format(**values)


def _prepare(value: Any, translate: Translate, escape: Escape) -> Any:
    if isinstance(value, Message):
        # Its own values are escaped within; its words come from the catalogue.
        return render(value, translate, escape)
    # A number has no signs of markup, and is easier to read without escapes.
    return _Value(value, str if isinstance(value, (int, float)) else escape)


class _Value:
    """A value that is shortened and escaped after it has been formatted."""

    def __init__(self, value: Any, escape: Escape) -> None:
        self._value = value
        self._escape = escape

    def __str__(self) -> str:
        return self._show(str, MAX_VALUE_LENGTH)

    def __repr__(self) -> str:
        return self._show(_quote, MAX_QUOTED_LENGTH)

    def __format__(self, spec: str) -> str:
        return self._show(lambda value: format(value, spec), MAX_VALUE_LENGTH)

    def _show(self, to_text: Callable[[Any], str], most: int) -> str:
        value = self._value
        try:
            is_too_long = isinstance(value, int) and value.bit_length() > _MOST_BITS
            text = _NAMELESS if is_too_long else to_text(value)
        except RecursionError:
            text = _NAMELESS
        return self._escape(shorten(text, most))


def _quote(value: Any) -> str:
    """As Python writes it, but 1 instead of 1.0, as one types it."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else repr(value)


def shorten(text: str, most: int = MAX_VALUE_LENGTH) -> str:
    """The beginning and the end of a long text. Halves of characters, which nothing can show, become question marks."""
    if len(text) > most:
        text = f"{text[: most // 2]} … {text[-most // 2 :]}"
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
