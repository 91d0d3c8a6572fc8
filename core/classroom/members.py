"""A member of the class: a nickname, kept under the owner that the member's runs have (`core.owners`)."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from core.errors import ClassroomError
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
    return json.dumps({"nickname": member.nickname, "joined": member.joined.isoformat(timespec="seconds")})


@lru_cache(maxsize=2 * MOST_MEMBERS)
def read_member(file: Path, _stamp: Stamp) -> Member | ClassroomError:
    """The member in a file, named by the owner; or what is wrong with it. _stamp: of the file, so that it is read once.

    Raises OSError.
    """
    with file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        return ClassroomError("{file} is larger than {most:,} bytes.", file=file.name, most=_MOST_BYTES)
    try:
        values = json.loads(content)
        nickname, joined = str(values["nickname"]), datetime.fromisoformat(values["joined"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        return ClassroomError("{file} is no member's file: {reason}.", file=file.name, reason=str(error))
    try:
        if check_nickname(nickname) != nickname:
            return ClassroomError("{file}: the nickname {name!r} is not plain.", file=file.name, name=nickname)
    except ClassroomError as error:
        return ClassroomError("{file}: {reason}", file=file.name, reason=error.message)
    if joined.tzinfo is None:
        return ClassroomError(
            "{file}: joined is {value}; it must be a time with its zone.", file=file.name, value=values["joined"]
        )
    return Member(file.stem, nickname, joined)
