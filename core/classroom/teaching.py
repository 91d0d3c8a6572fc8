"""Teaching a copy of a network the class's handwriting, and measuring it on pupils whose digits it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.classroom.classroom import Classroom, Roll
from core.classroom.handwriting import take_in_turn
from core.classroom.members import Member
from core.errors import CollectionError
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.teaching.collection import MyDigit, MyDigits, as_images
from core.teaching.fine_tuning import (
    HELD_OUT_PUPILS,
    IMAGES_OF_A_KIND,
    TAUGHT_FROM,
    Split,
    prepare_split,
    split_hold_out,
)
from core.texts.message import Message, message, plural

# The tag of a network that was taught the class's handwriting.
CLASS_TAG = "class"
# Number of pupils from which on every fifth is held out, and at least one.
HOLD_OUT_FROM = 3
_HOLD_OUT_EVERY = 5


@dataclass(frozen=True)
class ClassSplit:
    """The digits that are taught, in turn of each pupil, and those that the network is measured on.

    n_pupils: whose digits are taught. held_out_pupils: whose digits are not; empty where there are too few pupils, and
    then every fifth digit is held out instead, as of a single writer.
    """

    taught: MyDigits
    held_out: MyDigits
    n_pupils: int
    held_out_pupils: tuple[Member, ...]


def split_class(roll: Roll) -> ClassSplit:
    """Divide the hand-ins by pupil. At most 2,048 digits are taught, as many as a fine-tuning goes through."""
    pupils = [member for member in roll.members if member.owner in roll.hand_ins]
    if len(pupils) < HOLD_OUT_FROM:
        taught, held_out = split_hold_out(_in_turn(roll, pupils))
        return ClassSplit(taught[:IMAGES_OF_A_KIND], held_out, len(pupils), ())
    n_held_out = max(1, len(pupils) // _HOLD_OUT_EVERY)
    # Owners are digests, so their order is like a lot that is drawn once: the same pupils are held out each time.
    by_lot = {member.owner for member in sorted(pupils, key=lambda member: member.owner)[:n_held_out]}
    held_out_pupils = [member for member in pupils if member.owner in by_lot]
    others = [member for member in pupils if member.owner not in by_lot]
    return ClassSplit(
        _in_turn(roll, others)[:IMAGES_OF_A_KIND], _in_turn(roll, held_out_pupils), len(others), tuple(held_out_pupils)
    )


def prepare_class_network(classroom: Classroom, store: RunStore, base: RunRecord, practises: bool) -> RunRecord:
    """A new run of the teacher's, not started, that teaches a copy of the network of `base` the class's digits.

    Raises NotYours for anybody but the teacher, CollectionError for a network that `was_taught`, and else as
    `prepare_fine_tuning`.
    """
    classroom.check_teacher()
    if was_taught(base):
        raise CollectionError(
            "“{run}” was taught somebody’s digits before, so pupils of the class may not be new to it. "
            "Choose another network.",
            run=base.name,
        )
    split = split_class(classroom.roll())
    if not split.taught:
        raise CollectionError("Nobody has handed in digits yet, so there is nothing to teach.")
    tags = {CLASS_TAG: "yes", HELD_OUT_PUPILS: str(len(split.held_out_pupils))}
    return prepare_split(store, base, Split(as_images(split.taught), as_images(split.held_out)), practises, tags)


def is_of_class(record: RunRecord) -> bool:
    """Whether the network was taught the class's handwriting."""
    return CLASS_TAG in record.tags


def was_taught(record: RunRecord) -> bool:
    """Whether the network was fine-tuned on anybody's digits: those who are held out now may be among them.

    A copy of the class's network that is taught further digits says nothing of the class, only that it was fine-tuned.
    """
    return TAUGHT_FROM in record.tags


def class_network(records: Sequence[RunRecord]) -> RunRecord | None:
    """The newest network that was taught the class's handwriting. records: newest first."""
    return next((record for record in records if is_of_class(record)), None)


def describe_split(split: ClassSplit) -> Message:
    """Whose digits are taught and whose are not, in a sentence."""
    taught = plural("{count:,} digit", "{count:,} digits", len(split.taught))
    if split.held_out_pupils:
        return plural(
            "{digits} of {pupils} pupils are taught. {count} other pupil’s digits are held out: "
            "they show what it does for handwriting that it has not seen.",
            "{digits} of {pupils} pupils are taught. {count} other pupils’ digits are held out: "
            "they show what it does for handwriting that it has not seen.",
            len(split.held_out_pupils),
            digits=taught,
            pupils=split.n_pupils,
        )
    return message(
        "{digits} are taught. With fewer than {least} pupils nobody’s handwriting can be held out, so the report is on "
        "every fifth digit of the same pupils.",
        digits=taught,
        least=HOLD_OUT_FROM,
    )


def _in_turn(roll: Roll, pupils: Sequence[Member]) -> MyDigits:
    heaps: list[MyDigits] = [roll.hand_ins[member.owner].digits for member in pupils]
    found: tuple[MyDigit, ...] = take_in_turn(heaps, sum(map(len, heaps)))
    return found
