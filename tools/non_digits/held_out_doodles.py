"""Doodles never trained on: what is measured on them holds for doodles that nobody thought of."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from core.ink.rendering import Stroke
from tools.non_digits.doodles import Doodle, arc, line
from tools.non_digits.templates import smooth


def house(random: Generator) -> list[Stroke]:
    """A house with a roof and a door."""
    door = line(40, 100, 40, 70, 60, 70, 60, 100)
    window = [line(65, 55, 85, 55, 85, 70, 65, 70, 65, 55)] if random.random() < 0.5 else []
    return [line(0, 40, 0, 100, 100, 100, 100, 40, 0, 40), line(0, 40, 50, 0, 100, 40), door, *window]


def flower(random: Generator) -> list[Stroke]:
    """Petals around a middle, on a stalk."""
    angle = np.linspace(0, 2 * np.pi, 90)
    radius = 10 + 20 * np.abs(np.cos(angle * random.integers(4, 7) / 2))
    petals = np.column_stack([50 + radius * np.cos(angle), 30 + radius * np.sin(angle)])
    return [arc(50, 30, 14, 14), petals, line(50, 60, 48, 100), arc(60, 82, 22, 14, 0.5, 0.6)]


def fish(random: Generator) -> list[Stroke]:
    """A body, a tail and an eye."""
    tail = random.uniform(15, 30)
    body = arc(40, 50, 80, 50, 0.02, 0.96)
    return [body, line(78, 48, 100, 50 - tail, 100, 50 + tail, 78, 52), arc(18, 44, 6, 6)]


def cat(random: Generator) -> list[Stroke]:
    """A head with ears and whiskers."""
    ears = [line(15, 30, 12, 0, 40, 12), line(60, 12, 88, 0, 85, 30)]
    whiskers = [line(40, 60 + rise, 0, 55 + 2 * rise) for rise in (0, 8)] + [
        line(60, 60, 100, 55),
        line(60, 68, 100, 72),
    ]
    return [arc(50, 55, 84, random.uniform(75, 95), 0.75), *ears, *whiskers, arc(35, 45, 6, 8), arc(65, 45, 6, 8)]


def car(random: Generator) -> list[Stroke]:
    """A car from the side."""
    roof = random.uniform(15, 35)
    body = line(0, 75, 0, 50, 20, 48, 35, roof, 70, roof, 82, 48, 100, 52, 100, 75, 0, 75)
    return [body, arc(25, 77, 22, 22), arc(76, 77, 22, 22)]


def umbrella(random: Generator) -> list[Stroke]:
    """An open umbrella with its handle."""
    edge = smooth(line(0, 45, 17, 38, 33, 46, 50, 38, 67, 46, 83, 38, 100, 45))
    hook = arc(42, random.uniform(85, 95), 16, 16, 0, 0.5)
    return [arc(50, 45, 100, 90, 0.5, 0.5), edge, line(50, 40, 50, hook[0][1]), hook]


def key(random: Generator) -> list[Stroke]:
    """A key, lying."""
    teeth = [line(x, 50, x, 50 + random.uniform(12, 22)) for x in (80, 92)]
    return [arc(18, 50, 36, 36), line(36, 50, 100, 50), *teeth]


def moon(random: Generator) -> list[Stroke]:
    """A crescent."""
    inner = arc(60, 50, random.uniform(55, 75), 96, 0.72, -0.44)
    return [np.concatenate([arc(50, 50, 90, 100, 0.28, 0.44), inner])]


def ladder(random: Generator) -> list[Stroke]:
    """Two rails with rungs."""
    rungs = [line(30, y, 70, y) for y in np.linspace(10, 90, int(random.integers(3, 6)))]
    return [line(30, 0, 30, 100), line(70, 0, 70, 100), *rungs]


def coil(random: Generator) -> list[Stroke]:
    """A telephone's cord: loops in a row."""
    loops = int(random.integers(3, 6))
    angle = np.linspace(0, 2 * np.pi * loops, 24 * loops)
    return [np.column_stack([np.linspace(0, 80, len(angle)) + 14 * np.cos(angle), 50 + 28 * np.sin(angle)])]


def boat(random: Generator) -> list[Stroke]:
    """A hull with a sail."""
    sail = line(50, 65, 50, 0, random.uniform(80, 95), 60, 50, 60)
    return [line(0, 65, 18, 95, 82, 95, 100, 65, 0, 65), sail]


def butterfly(random: Generator) -> list[Stroke]:
    """Four wings and feelers."""
    wings = [arc(x, y, 42, size) for x in (25, 75) for y, size in ((30, 45), (72, random.uniform(30, 42)))]
    return [*wings, line(50, 15, 50, 90), line(50, 15, 38, 0), line(50, 15, 62, 0)]


HELD_OUT: tuple[Doodle, ...] = (
    house, flower, fish, cat, car, umbrella, key, moon, ladder, coil, boat, butterfly,
)  # fmt: skip
