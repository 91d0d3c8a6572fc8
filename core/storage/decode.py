"""Dataclasses made of values read from JSON, each field's type checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from core.storage.messages import message_from_json
from core.texts.message import Message

T = TypeVar("T")


def decode_dataclass(cls: type[T], values: Mapping[str, Any]) -> T:
    """The dataclass with these field values. Lists become tuples, and whole numbers floats where the field is a float.

    Raises ValueError when a field is missing, unknown or of another type; NaN and infinity are no numbers.
    """
    hints = _hints(cls)  # type: ignore[arg-type]
    try:
        return cls(**{name: _convert(hints[name], value) for name, value in values.items()})
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"not the fields of {cls.__name__}: {error}") from None


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _convert(hint: Any, value: Any) -> Any:
    if isinstance(hint, UnionType):
        hint = NoneType if value is None else next(kind for kind in get_args(hint) if kind is not NoneType)
    if hint is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if hint is Message:
        return message_from_json(value)
    origin = get_origin(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(get_args(hint)[0], item) for item in value)
    if origin is dict and isinstance(value, dict):
        return {key: _convert(get_args(hint)[1], item) for key, item in value.items()}
    if hint is not float and type(value) is hint:
        return value
    raise ValueError(f"{value!r} is not of type {getattr(hint, '__name__', hint)}")
