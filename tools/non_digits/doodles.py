"""Doodles to train on: what people draw on a canvas that is neither a digit nor a letter, a family a function.

A family draws strokes, arrays (n, 2), in a box of about 100×100, y down; `warp` then varies the hand.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from core.ink.rendering import Stroke
from tools.non_digits.templates import smooth

Doodle = Callable[[Generator], list[Stroke]]


def line(*numbers: float) -> Stroke:
    """A straight-edged stroke through x, y, x, y, …"""
    return np.array(numbers, np.float64).reshape(-1, 2)


def arc(x: float, y: float, width: float, height: float, start: float = 0.0, turns: float = 1.0) -> Stroke:
    """Part of an ellipse about (x, y); `start` and `turns` are shares of a whole turn, clockwise from the right."""
    angle = 2 * np.pi * (start + np.linspace(0, turns, max(6, int(28 * abs(turns)))))
    return np.column_stack([x + width / 2 * np.cos(angle), y + height / 2 * np.sin(angle)])


def _corners(count: int, random: Generator, step: int = 1) -> Stroke:
    angle = 2 * np.pi * (np.arange(count + 1) * step / count + random.random())
    return np.column_stack([50 + 50 * np.cos(angle), 50 + 50 * np.sin(angle)])


def scribble(random: Generator) -> list[Stroke]:
    """A smooth walk that crosses itself many times."""
    return [smooth(random.uniform(0, 100, (int(random.integers(9, 30)), 2)))]


def zigzag(random: Generator) -> list[Stroke]:
    """To and fro, at any angle."""
    teeth = int(random.integers(5, 14))
    y = np.where(np.arange(teeth) % 2, 100, 0) * random.uniform(0.3, 1)
    return [_turned(np.column_stack([np.linspace(0, 100, teeth), y]), random.random())]


def spiral(random: Generator) -> list[Stroke]:
    """More than two turns, so that it is no 6 or 9."""
    turns = random.uniform(2.2, 4.5)
    share = np.linspace(0, 1, int(28 * turns))
    angle = 2 * np.pi * turns * share * random.choice([-1, 1]) + random.uniform(0, 2 * np.pi)
    return [np.column_stack([np.cos(angle), np.sin(angle)]) * (50 * share[:, None]) + 50]


def triangle(random: Generator) -> list[Stroke]:
    """A triangle, standing anyhow."""
    return [_corners(3, random)]


def square(random: Generator) -> list[Stroke]:
    """A box, often with something in it."""
    inside = [line(0, 0, 100, 100), line(100, 0, 0, 100), line(0, 50, 100, 50), line(50, 0, 50, 100)]
    chosen = random.permutation(4)[: int(random.integers(1, 4))]
    return [line(0, 0, 100, 0, 100, 100, 0, 100, 0, 0), *(inside[number] for number in chosen)]


def star(random: Generator) -> list[Stroke]:
    """Five points in one line, or a ring of points."""
    if random.random() < 0.5:
        return [_corners(5, random, step=2)]
    count = int(random.integers(4, 8))
    shape = _corners(2 * count, random) - 50
    shape[1::2] *= random.uniform(0.3, 0.55)
    return [shape + 50]


def heart(random: Generator) -> list[Stroke]:
    """A heart."""
    at = np.linspace(0, 2 * np.pi, 40)
    y = 13 * np.cos(at) - 5 * np.cos(2 * at) - 2 * np.cos(3 * at) - np.cos(4 * at)
    return [np.column_stack([50 + 3 * 16 * np.sin(at) ** 3, 50 - 3 * y * random.uniform(0.8, 1.2)])]


def smiley(random: Generator) -> list[Stroke]:
    """A face with eyes and a mouth, laughing or sad."""
    eyes = [arc(x, 35, 6, random.uniform(4, 16)) for x in (33, 67)]
    laughing = random.random() < 0.7
    mouth = arc(50, 55 if laughing else 80, 45, 30, 0.05 if laughing else 0.55, 0.4)
    nose = [line(50, 45, 48, 58)] if random.random() < 0.3 else []
    return [arc(50, 50, 100, 100, random.random()), *eyes, mouth, *nose]


def arrow(random: Generator) -> list[Stroke]:
    """An arrow to any side, with an open or a closed head."""
    head = random.uniform(18, 35)
    point = line(100 - head, 50 - head, 100, 50, 100 - head, 50 + head)
    closed = [line(100 - head, 50 - head, 100 - head, 50 + head)] if random.random() < 0.3 else []
    side = random.choice([0, 0.25, 0.5, 0.75])
    return [_turned(stroke, side) for stroke in (line(0, 50, 100, 50), point, *closed)]


def check(random: Generator) -> list[Stroke]:
    """A tick mark."""
    return [line(0, random.uniform(45, 65), random.uniform(25, 40), 100, 100, random.uniform(0, 20))]


def cross(random: Generator) -> list[Stroke]:
    """Two lines that cross, upright or slanting, or three."""
    if random.random() < 0.4:
        return [line(50, 0, 50, 100), line(0, 50, 100, 50)]
    third = [line(0, 50, 100, 50)] if random.random() < 0.4 else []
    return [line(0, 0, 100, 100), line(100, 0, 0, 100), *third]


def sun(random: Generator) -> list[Stroke]:
    """A ring with rays."""
    count = int(random.integers(6, 13))
    rays = _corners(count, random)[:-1] - 50
    return [arc(50, 50, 48, 48), *(np.array([0.62 * ray, ray]) + 50 for ray in rays)]


def tree(random: Generator) -> list[Stroke]:
    """A fir or a leafy tree."""
    if random.random() < 0.5:
        steps = [line(50, 0, 20, 35, 80, 35, 50, 0), line(40, 35, 10, 75, 90, 75, 60, 35)]
        return [*steps, line(43, 75, 43, 100, 57, 100, 57, 75)]
    angle = np.linspace(0, 2 * np.pi, 60)
    bumps = 32 + 5 * np.sin(int(random.integers(6, 10)) * angle)
    crown = np.column_stack([50 + bumps * np.cos(angle), 35 + bumps * np.sin(angle)])
    return [crown, line(43, 68, 43, 100), line(57, 68, 57, 100)]


def lightning(random: Generator) -> list[Stroke]:
    """A bolt."""
    middle = random.uniform(45, 60)
    return [line(60, 0, 15, middle, 50, middle, 35, 100, 90, 40, 55, 40, 60, 0)]


def stick_figure(random: Generator) -> list[Stroke]:
    """A person with arms and legs."""
    arms = random.uniform(20, 60)
    limbs = [line(50, 28, 50, 65), line(20, arms, 50, 42, 80, arms), line(25, 100, 50, 65, 75, 100)]
    return [arc(50, 14, 26, 26, 0.25), *limbs]


def wave(random: Generator) -> list[Stroke]:
    """Water: one to three wavy lines."""
    x, count = np.linspace(0, 100, 40), int(random.integers(1, 4))
    swings = random.uniform(2.0, 4.0)
    return [np.column_stack([x, 30 * row + 12 * np.sin(2 * np.pi * swings * x / 100)]) for row in range(count)]


def grid(random: Generator) -> list[Stroke]:
    """Lines across and down."""
    across, down = (np.linspace(10, 90, int(random.integers(2, 4))) for _ in range(2))
    return [*(line(0, y, 100, y) for y in across), *(line(x, 0, x, 100) for x in down)]


def dashes(random: Generator) -> list[Stroke]:
    """Lines that lie: a dash, an equals sign and the like."""
    return [line(0, 28 * row, 100, 28 * row + random.normal(0, 5)) for row in range(int(random.integers(1, 4)))]


def tallies(random: Generator) -> list[Stroke]:
    """Lines that stand side by side, sometimes struck through."""
    bars = [line(30 * number, 0, 30 * number, 100) for number in range(int(random.integers(2, 5)))]
    struck = [line(-10, 70, 30 * len(bars) - 20, 30)] if random.random() < 0.4 else []
    return [*bars, *struck]


def dots(random: Generator) -> list[Stroke]:
    """One dot or some."""
    return [point + line(0, 0, 1, 0) for point in random.uniform(0, 100, (int(random.integers(1, 8)), 2))]


def rings(random: Generator) -> list[Stroke]:
    """A ring within a ring, or rings side by side."""
    if random.random() < 0.5:
        return [arc(50, 50, size, size, random.random()) for size in np.linspace(100, 35, int(random.integers(2, 4)))]
    return [arc(60 * number, 50, 55, 55, random.random()) for number in range(int(random.integers(2, 4)))]


def lines(random: Generator) -> list[Stroke]:
    """Straight lines at random."""
    return [random.uniform(0, 100, (int(random.integers(2, 5)), 2)) for _ in range(int(random.integers(3, 7)))]


def curves(random: Generator) -> list[Stroke]:
    """Bent lines at random."""
    return [smooth(random.uniform(0, 100, (int(random.integers(3, 7)), 2))) for _ in range(int(random.integers(2, 6)))]


def mug(random: Generator) -> list[Stroke]:
    """A mug with a handle."""
    handle = arc(70, 50, 45, 50, -0.25, 0.5)
    return [line(0, 0, 8, 100, 62, 100, 70, 0), arc(35, 0, 70, random.uniform(8, 25)), handle]


def bow(random: Generator) -> list[Stroke]:
    """Half a ring or more, open to any side."""
    return [arc(50, 50, random.uniform(70, 100), 100, random.random(), random.uniform(0.45, 0.75))]


def mushroom(random: Generator) -> list[Stroke]:
    """A cap on a stalk."""
    cap = np.concatenate([arc(50, 45, 100, random.uniform(60, 90), 0.5, 0.5), line(0, 45)])
    return [cap, line(38, 45, 36, 100, 64, 100, 62, 45)]


def glasses(random: Generator) -> list[Stroke]:
    """Two lenses with a bridge and ears' hooks."""
    size = random.uniform(28, 38)
    return [arc(22, 50, size, size), arc(78, 50, size, size), arc(50, 46, 24, 12, 0.5, 0.5), line(0, 45, -12, 30)]


def rocket(random: Generator) -> list[Stroke]:
    """A hull, a window and fins."""
    hull = smooth(line(50, 0, 68, random.uniform(20, 40), 66, 80, 34, 80, 32, 30, 50, 0))
    return [hull, arc(50, 38, 16, 16), line(33, 60, 12, 95, 34, 80), line(67, 60, 88, 95, 66, 80)]


def table(random: Generator) -> list[Stroke]:
    """A top and legs."""
    legs = [line(x, 30, x + random.normal(0, 5), 100) for x in (15, 85)]
    return [line(0, 30, 100, 30, 100, 18, 0, 18, 0, 30), *legs]


def cone(random: Generator) -> list[Stroke]:
    """Ice cream."""
    scoops = [arc(50, 28, 56, 50, 0.45, 0.6)] + ([arc(50, 5, 40, 36, 0.4, 0.7)] if random.random() < 0.5 else [])
    return [line(22, 40, 50, 100, 78, 40, 22, 40), *scoops]


def apple(random: Generator) -> list[Stroke]:
    """An apple with its stalk and a leaf."""
    body = smooth(line(50, 28, 75, 18, 95, 45, 75, 92, 50, 88, 25, 92, 5, 45, 25, 18, 50, 28))
    return [body, line(50, 28, random.uniform(40, 60), 5), arc(66, 8, 24, 10)]


def eye(random: Generator) -> list[Stroke]:
    """Lids, iris and pupil."""
    lids = [smooth(line(0, 50, 30, 50 + way, 70, 50 + way, 100, 50)) for way in (-28, 28)]
    return [*lids, arc(50, 50, 36, 36), arc(50, 50, random.uniform(4, 12), 8)]


def snail(random: Generator) -> list[Stroke]:
    """A shell on a foot, with feelers."""
    (shell,) = spiral(random)
    return [shell * 0.7 + 20, line(0, 92, 100, 92, 112, 60), line(112, 60, 104, 45), line(112, 60, 122, 47)]


def assembled(random: Generator) -> list[Stroke]:
    """Some circles, boxes, triangles and lines, put together by chance."""
    parts = []
    for _ in range(int(random.integers(4, 8))):
        (x, y), size = random.uniform(0, 100, 2), random.uniform(20, 70)
        shapes = (
            arc(x, y, size, size * random.uniform(0.5, 1), random.random(), random.uniform(0.4, 1)),
            line(x, y, x + size, y, x + size, y + size / 2, x, y + size / 2, x, y),
            _corners(3, random) * size / 100 + (x, y),
            np.array([(x, y), random.uniform(0, 100, 2)]),
        )
        parts.append(shapes[int(random.integers(len(shapes)))])
    return parts


def _turned(stroke: Stroke, share: float) -> Stroke:
    """Turned about (50, 50) by a share of a whole turn."""
    angle = 2 * np.pi * share
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray((stroke - 50) @ turn + 50)


TRAINED: tuple[Doodle, ...] = (
    scribble, zigzag, spiral, triangle, square, star, heart, smiley, arrow, check, cross, sun, tree, lightning,
    stick_figure, wave, grid, dashes, tallies, dots, rings, lines, curves, mug,
    bow, mushroom, glasses, rocket, table, cone, apple, eye, snail, assembled,
)  # fmt: skip
