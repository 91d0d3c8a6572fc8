"""Accuracy against the strength of a disturbance, for one run or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.stress.kinds import KINDS, Kind
from core.stress.result import StressResult
from core.texts.message import Message, message


@dataclass(frozen=True)
class StressLine:
    """One run's accuracy at each strength, with the ends of its interval, from 0 to 1.

    hovers: a sentence on each strength.
    """

    name: str
    accuracy: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    hovers: tuple[Message, ...]


@dataclass(frozen=True)
class StressData:
    """A kind of disturbance with its strengths, and a line for each run."""

    kind: Kind
    strengths: tuple[float, ...]
    lines: tuple[StressLine, ...]


def stress_data(kind: str, results: Mapping[str, StressResult]) -> StressData:
    """Prepare the results of some runs, by their names, for one kind."""
    strengths = KINDS[kind].strengths
    return StressData(KINDS[kind], strengths, tuple(_line(kind, name, result) for name, result in results.items()))


def describe_stress(data: StressData) -> Message:
    """The chart in a sentence: of the first run, the accuracy undisturbed and where it is lowest."""
    line = data.lines[0]
    undisturbed = line.accuracy[data.strengths.index(data.kind.neutral)]
    lowest = min(range(len(data.strengths)), key=line.accuracy.__getitem__)
    return message(
        "Accuracy by strength. {kind}: {undisturbed:.1%} undisturbed, {lowest:.1%} at {strength}",
        kind=Message(data.kind.title),
        undisturbed=undisturbed,
        lowest=line.accuracy[lowest],
        strength=data.kind.say(data.strengths[lowest]),
    )


def _line(kind: str, name: str, result: StressResult) -> StressLine:
    entry, say = result.kinds[kind], KINDS[kind].say
    accuracy, low, high = (tuple(map(float, values)) for values in (entry.correct / result.n, entry.low, entry.high))
    hovers = tuple(
        message("{strength}: {accuracy:.1%} ({low:.1%} to {high:.1%})", strength=say(s), accuracy=a, low=lo, high=hi)
        for s, a, lo, hi in zip(KINDS[kind].strengths, accuracy, low, high, strict=True)
    )
    return StressLine(name, accuracy, low, high, hovers)
