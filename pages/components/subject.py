"""What a network is asked to read on the Draw page, however it came there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.strokes import Picture, Stages, Stroke


@dataclass(frozen=True)
class Subject:
    """A picture to read.

    picture: uint8 (28, 28), white on black, as the network gets it.
    strokes: the pen's way in canvas pixels, (n, 2) each; empty where the picture was not drawn by strokes.
    stages: how the picture came about; None where it was taken as it is.
    label: the true class, where it is known.
    """

    picture: Picture
    strokes: Sequence[Stroke] = ()
    stages: Stages | None = None
    label: int | None = None
