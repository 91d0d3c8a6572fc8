"""The class, kept in files beside the runs: who belongs to it, and what was handed in.

    members/OWNER.json   a member's nickname and when the member joined
    digits/OWNER.json    the digits that the member has handed in
    closed               there while nobody can join

The teacher is the operator. A member is known by the visitor's own key, as the owner of a run is (`core.owners`).
"""

from __future__ import annotations

import contextlib
import copy
import hmac
import os
import re
import shutil
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from core.classroom.hand_ins import HandIn, read_hand_in, write_hand_in
from core.classroom.members import MOST_MEMBERS, Member, are_alike, check_nickname, read_member, write_member
from core.classroom.tries import WrongCodes
from core.errors import ClassroomError, LimitReached, NotYours
from core.owners.visitor import OPERATOR, Visitor
from core.storage.atomic import write_atomically
from core.storage.locks import hold_file
from core.storage.stamp import NO_FILE, Stamp, file_stamp
from core.teaching.collection import MyDigits
from core.texts.message import Message

T = TypeVar("T")

_MEMBERS, _DIGITS, _CLOSED, _LOCK = "members", "digits", "closed", ".class.lock"
_FILE = re.compile(r"[0-9a-f]{32}\.json")
# Wait for another change of the class, in seconds.
_LOCK_SECONDS = 5.0


@dataclass(frozen=True)
class Roll:
    """The class at one moment.

    members: in the order in which they joined. hand_ins: by their owners; of members alone.
    damaged: what is wrong with each file that was skipped; for the teacher alone.
    """

    members: tuple[Member, ...]
    hand_ins: Mapping[str, HandIn]
    damaged: tuple[Message, ...] = ()

    @property
    def version(self) -> tuple[Hashable, ...]:
        """Another one whenever anything in it has changed."""
        stamps = tuple((owner, hand_in.stamp) for owner, hand_in in self.hand_ins.items())
        return self.members, stamps, len(self.damaged)

    @property
    def n_digits(self) -> int:
        """Digits handed in by all."""
        return sum(len(hand_in.digits) for hand_in in self.hand_ins.values())


class Classroom:
    """The class as one visitor sees and changes it; `seen_by` gives it for another. Any thread may call every method.

    What cannot be written raises ClassroomError.
    """

    def __init__(self, folder: Path, code: Callable[[], str]) -> None:
        """folder: need not exist. code: the operator's class code now; empty where there is no class."""
        self.folder = folder
        self.visitor = OPERATOR
        self._code = code
        self._wrong_codes = WrongCodes()

    def seen_by(self, visitor: Visitor) -> Classroom:
        """The same class for another visitor."""
        seen = copy.copy(self)
        seen.visitor = visitor
        return seen

    @property
    def code(self) -> str:
        """The class code, for those who may know it: the teacher and members. Raises NotYours."""
        self._check_inside()
        return self._code()

    @property
    def is_there(self) -> bool:
        """Whether the operator has set a class code."""
        return bool(self._code())

    @property
    def is_teacher(self) -> bool:
        """Whether the visitor is the teacher."""
        return self.visitor.is_operator

    @property
    def is_closed(self) -> bool:
        """Whether nobody can join now."""
        return (self.folder / _CLOSED).exists()

    def me(self) -> Member | None:
        """The visitor's own membership; None for a visitor who has not joined, and for the teacher."""
        if self.is_teacher:
            return None
        found = self._read_member(f"{self.visitor.owner}.json")
        return found if isinstance(found, Member) else None

    def roll(self) -> Roll:
        """The class now. Only files that have changed are read. Raises NotYours for a visitor outside of the class."""
        self._check_inside()
        found = [self._read_member(name) for name in self._names(_MEMBERS)]
        members = sorted((one for one in found if isinstance(one, Member)), key=lambda one: (one.joined, one.owner))
        members = members[:MOST_MEMBERS]
        damaged = [one.message for one in found if isinstance(one, ClassroomError)]
        hand_ins = {}
        for member in members:
            hand_in = self._read_hand_in(member.owner)
            if isinstance(hand_in, HandIn):
                hand_ins[member.owner] = hand_in
            elif hand_in:
                damaged.append(hand_in.message)
        return Roll(tuple(members), hand_ins, tuple(damaged) if self.is_teacher else ())

    def join(self, shown_code: str, nickname: str) -> Member:
        """Make the visitor a member; a member gets another nickname.

        Raises ClassroomError for a wrong code, a nickname that is taken or not allowed, and a class that is closed;
        LimitReached for a class that is full and after too many wrong codes.
        """
        if self.is_teacher:
            raise ClassroomError("The teacher is no member of the class.")
        self._check_code(shown_code)
        nickname = check_nickname(nickname)
        with self._changing():
            if self.is_closed:
                raise ClassroomError("The class is closed: nobody can join it now. Ask the teacher.")
            others = [one for one in self.seen_by(OPERATOR).roll().members if one.owner != self.visitor.owner]
            if len(others) >= MOST_MEMBERS:
                raise LimitReached("The class is full; it has {most} members at most.", most=MOST_MEMBERS)
            if any(are_alike(one.nickname, nickname) for one in others):
                raise ClassroomError("The nickname {name!r} is taken; choose another one.", name=nickname)
            before = self.me()
            joined = before.joined if before else datetime.now(UTC)
            member = Member(self.visitor.owner, nickname, joined)
            write_atomically(self._file(_MEMBERS, member.owner), write_member(member))
        return member

    def hand_in(self, digits: MyDigits) -> None:
        """Let these be the digits that the visitor has handed in. Raises NotYours for a visitor who is no member.

        Raises CollectionError without digits, and LimitReached for too many.
        """
        text = write_hand_in(digits)
        with self._changing():
            if self.me() is None:
                raise NotYours("Only members of the class can hand in digits.")
            write_atomically(self._file(_DIGITS, self.visitor.owner), text)

    def own_hand_in(self) -> HandIn | None:
        """What the visitor has handed in; None where that is nothing, or cannot be read."""
        found = None if self.me() is None else self._read_hand_in(self.visitor.owner)
        return found if isinstance(found, HandIn) else None

    def take_back(self) -> None:
        """Remove what the visitor has handed in. Raises NotYours for a visitor who is no member."""
        if self.me() is None:
            raise NotYours("Only members of the class can take digits back.")
        with self._changing():
            self._file(_DIGITS, self.visitor.owner).unlink(missing_ok=True)

    def leave(self) -> None:
        """End the visitor's membership; what was handed in goes with it. Raises NotYours as `take_back`."""
        if self.me() is None:
            raise NotYours("Only members of the class can leave it.")
        self._remove(self.visitor.owner)

    def remove(self, owner: str) -> None:
        """Remove a member with the hand-in. Raises NotYours for anybody but the teacher."""
        self.check_teacher()
        if _FILE.fullmatch(f"{owner}.json"):
            self._remove(owner)

    def set_closed(self, is_closed: bool) -> None:
        """Close the class for joining, or open it. Raises NotYours for anybody but the teacher."""
        self.check_teacher()
        with self._changing():
            if is_closed:
                write_atomically(self.folder / _CLOSED, "")
            else:
                (self.folder / _CLOSED).unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove all members and hand-ins, and open the class. Raises NotYours for anybody but the teacher."""
        self.check_teacher()
        with self._changing():
            # The members go last, so that what is left of a break is seen and can be cleared again.
            for name in (_DIGITS, _MEMBERS):
                if (self.folder / name).exists():
                    shutil.rmtree(self.folder / name)
            (self.folder / _CLOSED).unlink(missing_ok=True)

    def check_teacher(self) -> None:
        """Raises NotYours for anybody but the teacher."""
        if not self.is_teacher:
            raise NotYours("Only the teacher can do this.")

    def _check_inside(self) -> None:
        if not self.is_teacher and self.me() is None:
            raise NotYours("Only members of the class can look at it. Join it first.")

    def _check_code(self, shown: str) -> None:
        self._wrong_codes.check(self.visitor.owner)
        code = self._code()
        # Case and space around it are typed in many ways.
        if not code or not hmac.compare_digest(shown.strip().casefold().encode(), code.casefold().encode()):
            self._wrong_codes.note(self.visitor.owner)
            raise ClassroomError("This is not the code of the class. Look at it again, or ask the teacher.")

    def _remove(self, owner: str) -> None:
        with self._changing():
            # The membership goes last, so that what is left of a break can be removed again.
            for kind in (_DIGITS, _MEMBERS):
                self._file(kind, owner).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        try:
            for kind in (_MEMBERS, _DIGITS):
                (self.folder / kind).mkdir(parents=True, exist_ok=True)
            with hold_file(self.folder / _LOCK, _LOCK_SECONDS):
                yield
        except OSError as error:
            raise ClassroomError(
                "The class cannot be saved in {folder}: {reason}.", folder=self.folder, reason=error.strerror
            ) from None

    def _file(self, kind: str, owner: str) -> Path:
        return self.folder / kind / f"{owner}.json"

    def _names(self, kind: str) -> list[str]:
        try:
            with os.scandir(self.folder / kind) as entries:
                return sorted(entry.name for entry in entries if _FILE.fullmatch(entry.name))
        except OSError:
            return []

    def _read_member(self, name: str) -> Member | ClassroomError | None:
        return _read(self.folder / _MEMBERS / name, read_member)

    def _read_hand_in(self, owner: str) -> HandIn | ClassroomError | None:
        return _read(self._file(_DIGITS, owner), read_hand_in)


def _read(file: Path, read: Callable[[Path, Stamp], T | ClassroomError]) -> T | ClassroomError | None:
    """What a file holds, or what is wrong with it; None where there is none."""
    stamp = file_stamp(file)
    if stamp == NO_FILE:
        return None
    try:
        return read(file, stamp)
    except FileNotFoundError:
        return None
    except OSError as error:
        return ClassroomError("{file} cannot be read: {reason}.", file=file.name, reason=error.strerror)
