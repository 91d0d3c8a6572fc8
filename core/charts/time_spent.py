"""The chart of where a training step's time goes."""

from __future__ import annotations

from dataclasses import dataclass

from core.texts.message import Message, message
from core.training.breakdown import PARTS, Breakdown
from models.texts import mark

_TITLES = {
    "data": mark("Data"),
    "forward": mark("Forward"),
    "backward": mark("Backward"),
    "optimizer": mark("Optimizer"),
    "reporting": mark("Reporting"),
}


@dataclass(frozen=True)
class TimeSpent:
    """What the chart shows.

    titles, ms: name and milliseconds of each part of a step, in order. floor_ms: milliseconds of its products alone.
    """

    titles: tuple[str, ...]
    ms: tuple[float, ...]
    floor_ms: float


def time_spent(breakdown: Breakdown) -> TimeSpent:
    """The parts of a step beside its products alone."""
    ms = tuple(1e3 * breakdown.parts[part] for part in PARTS)
    return TimeSpent(tuple(_TITLES[part] for part in PARTS), ms, 1e3 * breakdown.floor)


def describe_time_spent(spent: TimeSpent) -> Message:
    """The chart in words, for a screen reader."""
    longest = max(range(len(spent.ms)), key=spent.ms.__getitem__)
    return message(
        "A step takes {total:.3g} ms, of which {part} is the longest part with {ms:.3g} ms; its products alone would "
        "take {floor:.3g} ms.",
        total=sum(spent.ms),
        part=message(spent.titles[longest]),
        ms=spent.ms[longest],
        floor=spent.floor_ms,
    )
