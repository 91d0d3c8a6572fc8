"""A member of the class: a nickname, kept under the owner that the member's runs have (`core.owners`)."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from core.errors import ClassroomError, RecordError
from core.storage.reading import parse_time, read_json
from core.storage.stamp import Stamp

MOST_MEMBERS = 60
# Characters of a nickname, at most.
NICKNAME_LENGTH = 30
# Bytes of a member's file, at most.
_MOST_BYTES = 2_000


@dataclass(frozen=True)
class Member:
    """Who belongs to the class. owner: of the member's runs. joined: a time with its zone."""

    owner: str
    nickname: str
    joined: datetime


def check_nickname(text: str) -> str:
    """The nickname as it is kept: plain text, with single spaces. Raises ClassroomError."""
    nickname = unicodedata.normalize("NFC", " ".join(text.split()))
    if not 1 <= len(nickname) <= NICKNAME_LENGTH:
        raise ClassroomError(
            "A nickname has 1 to {most} characters; this one has {length}.", most=NICKNAME_LENGTH, length=len(nickname)
        )
    # Signs that are not seen, or that turn the direction of what follows, would make two nicknames look alike.
    if not nickname.isprintable():
        raise ClassroomError("The nickname {name!r} has signs that cannot be seen.", name=nickname)
    return nickname


def are_alike(one: str, other: str) -> bool:
    """Whether two nicknames are the same but for case and forms of letters."""
    return _folded(one) == _folded(other)


def _folded(nickname: str) -> str:
    return unicodedata.normalize("NFKC", nickname).casefold()


def write_member(member: Member) -> str:
    """The member as the text of its file."""
    # To the microsecond: pupils who join within one second stand in their order.
    return json.dumps({"nickname": member.nickname, "joined": member.joined.isoformat(timespec="microseconds")})


@lru_cache(maxsize=2 * MOST_MEMBERS)
def read_member(file: Path, _stamp: Stamp) -> Member | ClassroomError:
    """The member in a file, named by the owner; or what is wrong with it. _stamp: of the file, so that it is read once.

    Raises OSError.
    """
    try:
        values = read_json(file, _MOST_BYTES)
        if not isinstance(values, dict):
            raise ClassroomError("It must hold a JSON object.")
        nickname, joined = str(values.get("nickname", "")), parse_time(values.get("joined"), "joined")
        if check_nickname(nickname) != nickname:
            raise ClassroomError("The nickname {name!r} is not plain.", name=nickname)
    except (ClassroomError, RecordError) as error:
        return ClassroomError("{file}: {reason}", file=file.name, reason=error.message)
    return Member(file.stem, nickname, joined)
