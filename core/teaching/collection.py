"""A collection of digits that a reader has drawn and labelled (docs/teaching.md).

A collection is a tuple of digits. It holds each picture once: keeping a picture again changes its label.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.data.datasets import ImageSet
from core.errors import CollectionError
from core.ink.rendering import SIDE, Picture, Stroke

MAX_DIGITS = 500
# Pen points in one digit. Of a digit with more, the picture is kept and the strokes are not.
MAX_POINTS = 500

FORMAT, VERSION = "mnist-lab digits", 1


@dataclass(frozen=True, eq=False)
class MyDigit:
    """A picture, uint8 (28, 28), with the digit that its writer says it is.

    strokes: the pen's way in canvas pixels, (n, 2) each; empty where it is not known.
    created: when it was kept, in ISO 8601; may be empty.
    """

    label: int
    picture: Picture
    strokes: tuple[Stroke, ...] = ()
    created: str = ""


MyDigits = tuple[MyDigit, ...]


def make_digit(label: int, picture: Picture, strokes: Sequence[Stroke] = (), created: str = "") -> MyDigit:
    """A digit as it is kept: its points rounded to a tenth of a pixel; no strokes where there are too many points."""
    short = sum(map(len, strokes)) <= MAX_POINTS
    return MyDigit(label, picture, tuple(np.round(stroke, 1) for stroke in strokes) if short else (), created)


def find(digits: MyDigits, picture: Picture) -> int | None:
    """The picture's place in the collection; None when it is not there."""
    return next((place for place, digit in enumerate(digits) if np.array_equal(digit.picture, picture)), None)


def keep(digits: MyDigits, digit: MyDigit) -> MyDigits:
    """The collection with this digit, which takes the place of the same picture. Raises CollectionError when full."""
    place = find(digits, digit.picture)
    if place is not None:
        return (*digits[:place], digit, *digits[place + 1 :])
    if len(digits) >= MAX_DIGITS:
        raise CollectionError(
            "There are {count} digits, and no more than {limit} can be kept. Remove some.",
            count=len(digits),
            limit=MAX_DIGITS,
        )
    return (*digits, digit)


def relabel(digits: MyDigits, place: int, label: int) -> MyDigits:
    """The collection with another label at a place."""
    return (*digits[:place], replace(digits[place], label=label), *digits[place + 1 :])


def remove(digits: MyDigits, place: int) -> MyDigits:
    """The collection without the digit at a place."""
    return (*digits[:place], *digits[place + 1 :])


def merge(digits: MyDigits, others: MyDigits) -> MyDigits:
    """The collection with those of the others whose pictures it has not yet. Raises CollectionError when too many."""
    known = {digit.picture.tobytes() for digit in digits}
    new = {digit.picture.tobytes(): digit for digit in others if digit.picture.tobytes() not in known}
    count = len(digits) + len(new)
    if count > MAX_DIGITS:
        raise CollectionError(
            "The file has {new} digits that are new; with the {known} here that makes {count}, "
            "and no more than {limit} can be kept.",
            new=len(new),
            known=len(digits),
            count=count,
            limit=MAX_DIGITS,
        )
    return (*digits, *new.values())


def count_labels(digits: MyDigits) -> tuple[int, ...]:
    """How many there are of each digit, 0 to 9."""
    return tuple(np.bincount([digit.label for digit in digits], minlength=10).tolist())


def as_images(digits: MyDigits) -> ImageSet:
    """Pictures and labels in the collection's order."""
    pictures = np.array([digit.picture for digit in digits], np.uint8).reshape(-1, SIDE, SIDE)
    return ImageSet(pictures, np.array([digit.label for digit in digits], np.int64))


def write_digits(digits: MyDigits) -> str:
    """The collection as the text of its file."""
    return json.dumps({"format": FORMAT, "version": VERSION, "digits": [_to_json(digit) for digit in digits]})


def _to_json(digit: MyDigit) -> dict[str, Any]:
    return {
        "label": digit.label,
        "picture": base64.b64encode(digit.picture.tobytes()).decode(),
        "strokes": [stroke.tolist() for stroke in digit.strokes],
        "created": digit.created,
    }
