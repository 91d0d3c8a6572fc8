"""Pen digits as pictures to train on: each several times, every time written a little differently."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.data.datasets import ImageSet
from core.ink.bitmap import picture_from_bitmap
from core.ink.rendering import Picture, Stroke, picture_from_strokes
from tools.pen.pen_digits import PenDigit, draw_bitmap, on_canvas

# Degrees, shares, and the logarithm of height over width, at most both ways.
_TURN, _SLANT, _ASPECT = 12.0, 0.25, 0.2
# Of the digit's longer side: how far a place is moved, and how far a stroke by itself, as standard deviations.
_WOBBLE, _STRAY = 0.02, 0.01
# Of a fast stroke a canvas notes few points: at least one in so many of a tablet's.
_ONE_POINT_IN = 3
_SIZES = (60, 240)
_THICKNESS = (1.8, 3.4)
_BRUSHES = (4, 40)
# One rendering in so many is shrunk from a bitmap, as photographs are.
_ONE_BITMAP_IN = 5


def render_all(digits: Sequence[PenDigit], times: int, seed: int) -> ImageSet:
    """`times` pictures of each digit, one after the other."""
    random = np.random.default_rng(seed)
    pictures = [render(digit.strokes, random) for digit in digits for _ in range(times)]
    return ImageSet(np.stack(pictures), np.repeat([digit.label for digit in digits], times).astype(np.int64))


def render(strokes: Sequence[Stroke], random: Generator) -> Picture:
    """A picture of the strokes, drawn from them or shrunk from a bitmap, as the app does both."""
    drawing = on_canvas(vary(strokes, random), random.uniform(*_SIZES))
    if random.integers(_ONE_BITMAP_IN):
        stages = picture_from_strokes(drawing, random.uniform(*_THICKNESS))
    else:
        stages = picture_from_bitmap(draw_bitmap(drawing, int(random.integers(*_BRUSHES, endpoint=True))))
    assert stages is not None
    return stages.picture


def vary(strokes: Sequence[Stroke], random: Generator) -> list[Stroke]:
    """The strokes turned, slanted, stretched and bent a little; sizes are shares of the digit's longer side."""
    points = np.concatenate(strokes)
    middle, side = (points.min(0) + points.max(0)) / 2, max(1.0, *np.ptp(points, axis=0))
    matrix = _draw_matrix(random)
    waves = random.normal(0, 2 * np.pi / 3, (2, 2)), random.uniform(0, 2 * np.pi, 2)
    wobble = np.sqrt(2) * random.normal(0, _WOBBLE, 2)
    varied = []
    for stroke in strokes:
        place = (stroke - middle) / side
        place = _leave_out(place, int(random.integers(1, _ONE_POINT_IN, endpoint=True)))
        bent = place + wobble * np.sin(place @ (3 * waves[0]) + waves[1]) + random.normal(0, _STRAY, 2)
        varied.append(bent @ matrix * 200)
    return varied


def _leave_out(stroke: Stroke, step: int) -> Stroke:
    """Every `step`-th point, and the last one."""
    return np.vstack([stroke[:-1:step], stroke[-1:]])


def _draw_matrix(random: Generator) -> NDArray[np.float64]:
    turn = np.radians(random.uniform(-_TURN, _TURN))
    stretch = np.exp(random.uniform(-_ASPECT, _ASPECT) / 2)
    slant = np.array([[1, 0], [random.uniform(-_SLANT, _SLANT), 1]])
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    matrix: NDArray[np.float64] = np.diag([1 / stretch, stretch]) @ slant @ rotation
    return matrix
