"""Messages (`core.texts`) as JSON values, so that a stored text can be shown in any language."""

from __future__ import annotations

import math
import re
from dataclasses import fields
from numbers import Integral, Real
from string import Formatter
from typing import Any

from core.texts.message import NO_MESSAGE, Message

# Marks of values that JSON has no form for.
_MESSAGE, _FLOAT = "message", "float"
# What no format of a text in the catalogue has: a width or a precision of three digits, and a field within the format.
_WIDE = re.compile(r"\d{3}|[{}]")


def plain_fields(instance: Any) -> dict[str, Any]:
    """The fields of a dataclass, with its messages as JSON values; `decode_dataclass` is the inverse."""
    values = {field.name: getattr(instance, field.name) for field in fields(instance)}
    return {name: message_to_json(value) if isinstance(value, Message) else value for name, value in values.items()}


def message_to_json(text: Message) -> Any:
    """The message as plain values. A value of its own that JSON does not know becomes its words."""
    if not text:
        return ""
    forms = {"plural": text.plural, "count": text.count} if text.plural else {}
    return {"id": text.id, "values": {name: _to_json(value) for name, value in text.values.items()}, **forms}


def message_from_json(stored: Any) -> Message:
    """The inverse. A plain string, as runs of before have it, is shown as it stands. Raises ValueError."""
    if stored == "":
        return NO_MESSAGE
    if isinstance(stored, str):
        # As a value, so that signs of Markdown in it are shown and not obeyed.
        return Message("{text}", {"text": stored})
    try:
        values = {name: _from_json(value) for name, value in stored["values"].items()}
        text = Message(stored["id"], values, stored.get("plural", ""), stored.get("count", 1))
        _check_fields(text.id)
        _check_fields(text.plural)
        # A text whose fields its values do not fill cannot be shown.
        str(text)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{stored!r} is not a message: {error}") from None
    return text


def _check_fields(text: str) -> None:
    """Raise ValueError for a field that is no plain name, or that fills up to hundreds of characters."""
    for _, name, spec, _ in Formatter().parse(text):
        if name is not None and not (name.isidentifier() and not _WIDE.search(spec or "")):
            raise ValueError(f"the field {name}:{spec}")


def _to_json(value: Any) -> Any:
    if isinstance(value, Message):
        return {_MESSAGE: message_to_json(value)}
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else {_FLOAT: str(float(value))}
    return str(value)


def _from_json(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return message_from_json(value[_MESSAGE]) if _MESSAGE in value else float(value[_FLOAT])
