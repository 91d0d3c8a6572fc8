"""The picture whose class a network predicts on the Draw page, whatever its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.ink.rendering import Canvas, Picture, PreprocessTrace, Stroke


@dataclass(frozen=True)
class Subject:
    """A picture and how it came about.

    picture: uint8 (28, 28), white on black, as the network gets it.
    strokes: the pen's points in canvas pixels, (n, 2) each; empty where the picture was not drawn by strokes.
    stages: how the picture came about; None where it was taken as it is.
    label: the true class, where it is known.
    canvas: what the strokes were drawn on.
    origin: the address of an image of what the picture was cut from, with its box; empty for strokes.
    even: the address of an image of the photograph in even light; empty for all but photographs.
    thin: the ink as `stages.scaled`, but with its lines as wide as they were; None for strokes.
    parts: all digits, line by line from left to right; empty for a single digit.
    place: the index of this digit among the parts.
    line, number: the index of this digit's line, and that of its number counted through all lines.
    """

    picture: Picture
    strokes: Sequence[Stroke] = ()
    stages: PreprocessTrace | None = None
    label: int | None = None
    canvas: Canvas | None = None
    origin: str = ""
    even: str = ""
    thin: Picture | None = None
    parts: Sequence[Subject] = ()
    place: int = 0
    line: int = 0
    number: int = 0

    @property
    def brushes(self) -> Sequence[float]:
        """The width of each stroke's brush in canvas pixels."""
        return self.canvas.brushes if self.canvas else ()

    @property
    def digits(self) -> Sequence[Subject]:
        """All digits line by line from left to right, or this one alone."""
        return self.parts or (self,)


def lines_of_numbers(digits: Sequence[Subject]) -> list[list[list[int]]]:
    """For each line the numbers in it, and for each number the places of its digits."""
    lines: dict[int, dict[int, list[int]]] = {}
    for place, digit in enumerate(digits):
        lines.setdefault(digit.line, {}).setdefault(digit.number, []).append(place)
    return [list(numbers.values()) for numbers in lines.values()]
