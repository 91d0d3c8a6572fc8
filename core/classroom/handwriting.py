"""Everyone's handwriting: the digits handed in, side by side by class or by pupil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core.classroom.classroom import Roll
from core.data.datasets import NO_IMAGES, ImageSet
from core.teaching.collection import as_images

T = TypeVar("T")


@dataclass(frozen=True)
class Handwriting:
    """Digits of several members: images with labels, and of each image its writer's nickname."""

    images: ImageSet
    nicknames: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """A row of digits on the board. heading: a digit, or a nickname. places: of its images in the handwriting."""

    heading: str
    places: tuple[int, ...]


def all_handwriting(roll: Roll) -> Handwriting:
    """Every digit that was handed in, member by member."""
    members = [member for member in roll.members if member.owner in roll.hand_ins]
    handed_in = [(member, roll.hand_ins[member.owner].digits) for member in members]
    images = NO_IMAGES
    if handed_in:
        images = as_images(tuple(digit for _, digits in handed_in for digit in digits))
    return Handwriting(images, tuple(member.nickname for member, digits in handed_in for _ in digits))


def shelves_by_class(handwriting: Handwriting, most: int) -> tuple[Shelf, ...]:
    """A row for each digit that somebody has written, with at most `most` images; of each writer as many as can be."""
    labels = handwriting.images.labels
    return tuple(
        Shelf(str(label), take_in_turn(_by_writer(handwriting, np.flatnonzero(labels == label).tolist()), most))
        for label in range(10)
        if (labels == label).any()
    )


def shelves_by_pupil(handwriting: Handwriting, most: int) -> tuple[Shelf, ...]:
    """A row for each writer, with at most `most` images; of each class as many as can be, class by class."""
    labels = handwriting.images.labels
    shelves = []
    for places in _by_writer(handwriting, range(len(labels))):
        classes = [[place for place in places if labels[place] == label] for label in range(10)]
        chosen = take_in_turn([one for one in classes if one], most)
        shelves.append(Shelf(handwriting.nicknames[places[0]], tuple(sorted(chosen, key=lambda place: labels[place]))))
    return tuple(shelves)


def take_in_turn(heaps: Sequence[Sequence[T]], most: int) -> tuple[T, ...]:
    """The first of each heap, then the second of each, and so on, until there are `most`."""
    longest = max(map(len, heaps), default=0)
    return tuple(heap[depth] for depth in range(longest) for heap in heaps if depth < len(heap))[:most]


def _by_writer(handwriting: Handwriting, places: Sequence[int]) -> list[list[int]]:
    writers: dict[str, list[int]] = {}
    for place in places:
        writers.setdefault(handwriting.nicknames[place], []).append(place)
    return list(writers.values())
