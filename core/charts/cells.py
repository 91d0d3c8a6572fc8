"""A grid of cells with texts and tints, as plain values: what the confusion matrix and a sweep's map share."""

from __future__ import annotations

from typing import NamedTuple

from core.texts.message import Message

Texts = tuple[tuple[str, ...], ...]
# What is said of each cell: lines, the first of which is a heading.
Hovers = tuple[tuple[tuple[Message, ...], ...], ...]
Tints = tuple[tuple[float | None, ...], ...]


class Axis(NamedTuple):
    """A side of the grid: what it is, and the name of each row or column."""

    title: Message
    names: tuple[Message, ...]
