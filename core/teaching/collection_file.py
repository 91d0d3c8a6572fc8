"""Reading a file of labelled digits (docs/teaching.md) that may hold anything.

What is read is bounded before it is parsed, so that no file takes more than about a hundred megabytes of memory.
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
# Pixels from the canvas's corner, both ways.
_FARTHEST = 10_000


def read_digits(content: bytes) -> MyDigits:
    """The digits in a file. Raises CollectionError, which says what is wrong, where, and what is allowed."""
    if len(content) > MAX_MEGABYTES * 1_000_000:
        raise CollectionError(f"The file has {len(content) / 1e6:.1f} MB; at most {MAX_MEGABYTES} MB are read.")
    values = _parse(content)
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise CollectionError(f'This is no file of digits: it must be a JSON object with "format": "{FORMAT}".')
    if values.get("version") != VERSION:
        raise CollectionError(f"version is {short(values.get('version'))}; this app reads version {VERSION}.")
    entries = values.get("digits")
    if not isinstance(entries, list):
        raise CollectionError(f"digits is {short(entries)}; it must be a list.")
    if len(entries) > MAX_DIGITS:
        raise CollectionError(f"The file has {len(entries):,} digits; at most {MAX_DIGITS} are read.")
    return tuple(_read(entry, f"digit {number}") for number, entry in enumerate(entries, start=1))


def _parse(content: bytes) -> Any:
    brackets = content.count(b"[") + content.count(b"{")
    if brackets > _MAX_BRACKETS:
        raise CollectionError(f"The file has {brackets:,} lists and objects; at most {_MAX_BRACKETS:,} are read.")
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise CollectionError("The file is no text, so it is no file of digits.") from None
    except RecursionError:
        raise CollectionError("The file is nested too deeply.") from None
    except ValueError as error:
        raise CollectionError(f"The file is not JSON: {error}.") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"it has {constant}, which is no number")


def _read(entry: Any, where: str) -> MyDigit:
    if not isinstance(entry, dict):
        raise CollectionError(f"{where} is {short(entry)}; it must be an object with label and picture.")
    label = entry.get("label")
    if type(label) is not int or not 0 <= label <= 9:
        raise CollectionError(f"{where}: label is {short(label)}; it must be 0 to 9.")
    strokes = _read_strokes(entry.get("strokes", []), where)
    return make_digit(label, _read_picture(entry, strokes, where), strokes, _read_time(entry.get("created", ""), where))


def _read_picture(entry: dict[str, Any], strokes: list[Stroke], where: str) -> Picture:
    """The picture as it is given, or else drawn from the strokes."""
    if "picture" not in entry and (stages := picture_from_strokes(strokes)):
        return stages.picture
    text = entry.get("picture")
    if not isinstance(text, str):
        raise CollectionError(f"{where}: picture is {short(text)}; it must be a text in base64.")
    try:
        pixels = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CollectionError(f"{where}: picture is {short(text)}; it must be in base64.") from None
    if len(pixels) != SIDE * SIDE:
        raise CollectionError(
            f"{where}: picture has {len(pixels):,} bytes; it must have {SIDE * SIDE}, "
            f"one for each of {SIDE}×{SIDE} pixels."
        )
    if not any(pixels):
        raise CollectionError(f"{where}: picture is blank.")
    return np.frombuffer(pixels, np.uint8).reshape(SIDE, SIDE)


def _read_strokes(strokes: Any, where: str) -> list[Stroke]:
    if not isinstance(strokes, list) or not all(isinstance(stroke, list) and stroke for stroke in strokes):
        raise CollectionError(f"{where}: strokes is {short(strokes)}; it must be a list, each stroke a list of points.")
    n_points = sum(map(len, strokes))
    if n_points > MAX_POINTS:
        raise CollectionError(f"{where}: strokes have {n_points:,} points; at most {MAX_POINTS} are read.")
    for number, stroke in enumerate(strokes, start=1):
        for point in stroke:
            if not _is_point(point):
                raise CollectionError(
                    f"{where}: stroke {number} has the point {short(point)}; it must be two numbers "
                    f"from −{_FARTHEST:,} to {_FARTHEST:,}."
                )
    return [np.array(stroke, np.float64) for stroke in strokes]


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(type(value) in (int, float) and abs(value) <= _FARTHEST for value in point)
    )


def _read_time(created: Any, where: str) -> str:
    try:
        if created != "":
            datetime.fromisoformat(created)
    except (TypeError, ValueError):
        raise CollectionError(
            f"{where}: created is {short(created)}; it must be a time such as 2026-01-31T12:00."
        ) from None
    return str(created)
