"""Strokes as another hand would draw them: turned, slanted, bent and a little shaky."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from core.ink.rendering import Stroke

_WAVES = 3
# Points nearer than this share of the drawing's size make room for bends between them.
_SPACING = 0.06


def warp(strokes: Sequence[Stroke], random: Generator, strength: float = 1.0) -> list[Stroke]:
    """A varied copy of strokes, arrays (n, 2), in a box of about 100×100."""
    strokes = _unit(strokes)
    shaken = [_shake(_refine(stroke), random, strength) for stroke in strokes]
    matrix, shift = _affine(random, strength), _bends(random, strength)
    return [100 * (_bend(stroke, shift) @ matrix) for stroke in shaken]


def _unit(strokes: Sequence[Stroke]) -> list[Stroke]:
    """The same strokes about the origin, the longer side of their box 1."""
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    return [(stroke - (low + high) / 2) / max(1e-9, *(high - low)) for stroke in strokes]


def _refine(stroke: Stroke) -> Stroke:
    """The same line with a point at least every `_SPACING`."""
    pieces = [stroke[:1]]
    for start, end in pairwise(stroke):
        steps = max(1, int(np.ceil(np.hypot(*(end - start)) / _SPACING)))
        pieces.append(start + (end - start) * (np.arange(1, steps + 1) / steps)[:, None])
    return np.concatenate(pieces)


def _shake(stroke: Stroke, random: Generator, strength: float) -> Stroke:
    """Each stroke a little elsewhere and of another size, and its points unsteady."""
    middle = stroke.mean(0)
    moved = (stroke - middle) * (1 + random.normal(0, 0.05 * strength, 2)) + middle
    tremor = random.normal(0, 0.008 * strength * random.random(), stroke.shape)
    return np.asarray(moved + random.normal(0, 0.025 * strength, 2) + tremor)


def _affine(random: Generator, strength: float) -> Stroke:
    angle, slant = random.normal(0, 0.12 * strength), random.normal(0, 0.18 * strength)
    width, height = np.exp(random.normal(0, 0.18 * strength, 2))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(np.diag([width, height]) @ np.array([[1, 0], [slant, 1]]) @ turn)


_Bends = tuple[Stroke, Stroke, Stroke]


def _bends(random: Generator, strength: float) -> _Bends:
    """Waves of displacement over the plane: their directions (k, 2), phases (k,) and amplitudes (k, 2)."""
    directions = random.normal(0, 3.5, (_WAVES, 2))
    return directions, random.uniform(0, 2 * np.pi, _WAVES), random.normal(0, 0.03 * strength, (_WAVES, 2))


def _bend(stroke: Stroke, bends: _Bends) -> Stroke:
    directions, phases, amplitudes = bends
    return np.asarray(stroke + np.sin(stroke @ directions.T + phases) @ amplitudes)
