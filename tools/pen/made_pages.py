"""Photographs of pages with several handwritten numbers, made as `tools.pen.made_photos` makes those of one digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from core.ink.rendering import Stroke
from tools.pen.composed_numbers import Number, compose
from tools.pen.made_photos import SIZE, draw_shades, margin_of, photograph
from tools.pen.pen_digits import PenDigit

# Degrees by which a whole page is turned, at most both ways.
_TURN = 5.0
# In heights of a digit: from one line to the next, how far a line begins from the margin, and the pen's width.
_SPACING, _INDENT, _PEN = (1.5, 2.2), 1.0, (0.04, 0.13)
# How much of the room on the photograph a page fills, as a share along the longer way.
_FILLS = (0.45, 0.95)
# Pixels. Digits are no higher, however few there are.
_HIGHEST = 320.0


@dataclass(frozen=True)
class MadePage:
    """A photograph as a file's content.

    numbers: the labels of each line's digits. boxes: left, top, right, bottom of each digit's ink, line by line.
    """

    content: bytes
    numbers: tuple[tuple[int, ...], ...]
    boxes: tuple[tuple[tuple[float, float, float, float], ...], ...]


def make_page(lines: Sequence[Sequence[PenDigit]], kind: str, random: Generator) -> MadePage:
    """A photograph of a number in each line, on what `kind` names."""
    paper, ink = draw_shades(kind, random)
    numbers = [compose(digits, random) for digits in lines]
    placed, height = _place(_set_lines(numbers, random), margin_of(kind), random)
    width = max(3.0, height * random.uniform(*_PEN))
    strokes = [stroke for line in placed for stroke in line]
    boxes = tuple(_boxes(number, line, width) for number, line in zip(numbers, placed, strict=True))
    content = photograph(strokes, width, kind, paper, ink, random)
    return MadePage(content, tuple(number.labels for number in numbers), boxes)


def _set_lines(numbers: Sequence[Number], random: Generator) -> list[list[Stroke]]:
    """The numbers' strokes below each other, in heights of a digit."""
    top, lines = 0.0, []
    for number in numbers:
        height = _digit_height(number)
        points = np.concatenate(number.strokes)
        corner = np.array([-random.uniform(0, _INDENT), -top])
        lines.append([(stroke - points.min(0)) / height - corner for stroke in number.strokes])
        top += random.uniform(*_SPACING)
    return lines


def _digit_height(number: Number) -> float:
    groups = [np.concatenate([number.strokes[index] for index in group]) for group in number.groups]
    return max(1.0, float(np.median([np.ptp(points[:, 1]) for points in groups])))


def _place(lines: Sequence[Sequence[Stroke]], margin: float, random: Generator) -> tuple[list[list[Stroke]], float]:
    """The lines in the photograph's pixels, turned a little, and the height of a digit there."""
    turn = np.radians(random.uniform(-_TURN, _TURN))
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    turned = [[stroke @ matrix for stroke in line] for line in lines]
    points = np.concatenate([stroke for line in turned for stroke in line])
    low, extent = points.min(0), np.ptp(points, axis=0)
    inside = np.array(SIZE) - 2 * (margin + 20)
    height = min(_HIGHEST, random.uniform(*_FILLS) * float((inside / np.maximum(extent, 0.1)).min()))
    corner = margin + 20 + random.uniform(0, 1, 2) * (inside - extent * height)
    return [[(stroke - low) * height + corner for stroke in line] for line in turned], height


def _boxes(number: Number, line: Sequence[Stroke], width: float) -> tuple[tuple[float, float, float, float], ...]:
    boxes = []
    for place in range(len(number.labels)):
        points = np.concatenate([line[index] for index, owner in enumerate(number.owners) if owner == place])
        low, high = points.min(0) - width / 2, points.max(0) + width / 2
        boxes.append((float(low[0]), float(low[1]), float(high[0]), float(high[1])))
    return tuple(boxes)
