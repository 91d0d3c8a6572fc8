"""Reading a file of labelled digits (docs/teaching.md), whatever it holds.

Its size is bounded before it is parsed, so that no file takes more than about a hundred megabytes of memory.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from reprlib import repr as short
from typing import Any, NoReturn

import numpy as np

from core.errors import CollectionError
from core.ink.rendering import SIDE, Picture, Stroke, picture_from_strokes
from core.teaching.collection import FORMAT, MAX_DIGITS, MAX_POINTS, VERSION, MyDigit, MyDigits, make_digit

MAX_MEGABYTES = 6
# A point is a list, and so is a stroke, which has at least one point.
_MAX_BRACKETS = MAX_DIGITS * (2 * MAX_POINTS + 2) + 2
# Largest coordinate of a point, in canvas pixels from the canvas's corner, in both directions.
_MAX_COORDINATE = 10_000


def read_digits(content: bytes) -> MyDigits:
    """The digits in a file. Raises CollectionError, which says what is wrong, where, and what is allowed."""
    if len(content) > MAX_MEGABYTES * 1_000_000:
        raise CollectionError(
            "The file has {size:.1f} MB; at most {limit} MB are read.", size=len(content) / 1e6, limit=MAX_MEGABYTES
        )
    values = _parse(content)
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise CollectionError(
            "This is no file of digits: it must be a JSON object with {format}.", format=f'"format": "{FORMAT}"'
        )
    if values.get("version") != VERSION:
        raise CollectionError(
            "version is {value}; this app reads version {version}.",
            value=short(values.get("version")),
            version=VERSION,
        )
    entries = values.get("digits")
    if not isinstance(entries, list):
        raise CollectionError("digits is {value}; it must be a list.", value=short(entries))
    if len(entries) > MAX_DIGITS:
        raise CollectionError(
            "The file has {count:,} digits; at most {limit} are read.", count=len(entries), limit=MAX_DIGITS
        )
    return tuple(_read(entry, number) for number, entry in enumerate(entries, start=1))


def _parse(content: bytes) -> Any:
    brackets = content.count(b"[") + content.count(b"{")
    if brackets > _MAX_BRACKETS:
        raise CollectionError(
            "The file has {count:,} lists and objects; at most {limit:,} are read.",
            count=brackets,
            limit=_MAX_BRACKETS,
        )
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise CollectionError("The file is no text, so it is no file of digits.") from None
    except RecursionError:
        raise CollectionError("The file is nested too deeply.") from None
    except ValueError as error:
        raise CollectionError("The file is not JSON: {reason}.", reason=error) from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _read(entry: Any, number: int) -> MyDigit:
    if not isinstance(entry, dict):
        raise CollectionError(
            "digit {number} is {value}; it must be an object with label and picture.",
            number=number,
            value=short(entry),
        )
    label = entry.get("label")
    if type(label) is not int or not 0 <= label <= 9:
        raise CollectionError("digit {number}: label is {value}; it must be 0 to 9.", number=number, value=short(label))
    strokes = _read_strokes(entry.get("strokes", []), number)
    picture = _read_picture(entry, strokes, number)
    return make_digit(label, picture, strokes, _read_time(entry.get("created", ""), number))


def _read_picture(entry: dict[str, Any], strokes: list[Stroke], number: int) -> Picture:
    """The picture as it is given, or else drawn from the strokes."""
    if "picture" not in entry and (trace := picture_from_strokes(strokes)):
        return trace.picture
    text = entry.get("picture")
    if not isinstance(text, str):
        raise CollectionError(
            "digit {number}: picture is {value}; it must be a text in base64.", number=number, value=short(text)
        )
    try:
        pixels = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CollectionError(
            "digit {number}: picture is {value}; it must be in base64.", number=number, value=short(text)
        ) from None
    if len(pixels) != SIDE * SIDE:
        raise CollectionError(
            "digit {number}: picture has {count:,} bytes; it must have {due}, one for each of {side}×{side} pixels.",
            number=number,
            count=len(pixels),
            due=SIDE * SIDE,
            side=SIDE,
        )
    if not any(pixels):
        raise CollectionError("digit {number}: picture is blank.", number=number)
    return np.frombuffer(pixels, np.uint8).reshape(SIDE, SIDE)


def _read_strokes(strokes: Any, number: int) -> list[Stroke]:
    if not isinstance(strokes, list) or not all(isinstance(stroke, list) and stroke for stroke in strokes):
        raise CollectionError(
            "digit {number}: strokes is {value}; it must be a list, each stroke a list of points.",
            number=number,
            value=short(strokes),
        )
    n_points = sum(map(len, strokes))
    if n_points > MAX_POINTS:
        raise CollectionError(
            "digit {number}: strokes have {count:,} points; at most {limit} are read.",
            number=number,
            count=n_points,
            limit=MAX_POINTS,
        )
    for place, stroke in enumerate(strokes, start=1):
        for point in stroke:
            if not _is_point(point):
                raise CollectionError(
                    "digit {number}: stroke {stroke} has the point {value}; it must be two numbers from −{limit:,} to "
                    "{limit:,}.",
                    number=number,
                    stroke=place,
                    value=short(point),
                    limit=_MAX_COORDINATE,
                )
    return [np.array(stroke, np.float64) for stroke in strokes]


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(type(value) in (int, float) and abs(value) <= _MAX_COORDINATE for value in point)
    )


def _read_time(created: Any, number: int) -> str:
    try:
        if created != "":
            datetime.fromisoformat(created)
    except (TypeError, ValueError):
        raise CollectionError(
            "digit {number}: created is {value}; it must be a time such as 2026-01-31T12:00.",
            number=number,
            value=short(created),
        ) from None
    return str(created)
