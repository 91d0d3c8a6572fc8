"""What a network is asked to read on the Draw page, however it came there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.ink.rendering import Canvas, Picture, PreprocessTrace, Stroke


@dataclass(frozen=True)
class Subject:
    """A picture to read.

    picture: uint8 (28, 28), white on black, as the network gets it.
    strokes: the pen's way in canvas pixels, (n, 2) each; empty where the picture was not drawn by strokes.
    stages: how the picture came about; None where it was taken as it is.
    label: the true class, where it is known.
    canvas: what the strokes were drawn on.
    origin: the address of an image of what the picture was cut from, with its box; empty where strokes tell.
    even: the address of an image of the same in even light; empty where there was no light to even out.
    thin: the ink as `stages.scaled`, but with its lines as wide as they were; None where strokes tell, too.
    parts: all digits of a number from left to right, of which this is number `place` from 0; empty for a single one.
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

    @property
    def brushes(self) -> Sequence[float]:
        """The width of each stroke's brush in canvas pixels."""
        return self.canvas.brushes if self.canvas else ()

    @property
    def digits(self) -> Sequence[Subject]:
        """All that is to be read: the number's digits from left to right, or this alone."""
        return self.parts or (self,)
