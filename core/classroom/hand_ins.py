"""The digits that a member has handed in, as a file of digits (docs/teaching.md) without the pen's way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from core.classroom.members import MOST_MEMBERS
from core.errors import ClassroomError, CollectionError, LimitReached
from core.storage.reading import read_bytes
from core.storage.stamp import Stamp
from core.teaching.collection import MyDigits, write_digits
from core.teaching.collection_file import read_digits

# Digits of one member, at most.
MOST_DIGITS = 200
# Bytes of a hand-in's file, at most: a digit takes about 1,120.
_MOST_BYTES = 2_000 * MOST_DIGITS


@dataclass(frozen=True)
class HandIn:
    """What one member has handed in. stamp: of its file, another one for each version."""

    digits: MyDigits
    stamp: Stamp


def write_hand_in(digits: MyDigits) -> str:
    """The digits as the text of their file. Raises CollectionError without digits, and LimitReached for too many."""
    if not digits:
        raise CollectionError("There are no digits to hand in yet: keep some on the Draw page first.")
    if len(digits) > MOST_DIGITS:
        raise LimitReached(
            "You have kept {count:,} digits; at most {most:,} can be handed in. Remove some of them first.",
            count=len(digits),
            most=MOST_DIGITS,
        )
    # How somebody moves a pen says more of a person than the class needs to know.
    return write_digits(tuple(replace(digit, strokes=(), created="") for digit in digits))


@lru_cache(maxsize=2 * MOST_MEMBERS)
def read_hand_in(file: Path, stamp: Stamp) -> HandIn | ClassroomError:
    """The digits in a file, or what is wrong with it. stamp: of the file, so that it is read once. Raises OSError."""
    try:
        digits = read_digits(read_bytes(file, _MOST_BYTES))
    except CollectionError as error:
        return ClassroomError("{file}: {reason}", file=file.name, reason=error.message)
    if len(digits) > MOST_DIGITS:
        return ClassroomError(
            "{file} has {count:,} digits; at most {most} are read.", file=file.name, count=len(digits), most=MOST_DIGITS
        )
    return HandIn(digits, stamp)
