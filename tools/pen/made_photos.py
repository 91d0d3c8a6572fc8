"""Photographs of handwritten digits, made: pen or chalk on paper or board, uneven light, a shadow, noise, JPEG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from core.ink.rendering import Stroke

Light = NDArray[np.float64]

# Width and height of the photographs.
SIZE = (1200, 900)
# Degrees; the digit's longer side as a share of the photograph's shorter one; the pen's width as one of the digit's.
_TURN, _EXTENT, _PEN = 10.0, (0.15, 0.8), (0.02, 0.14)
_JPEG = (40, 95)
_RULES = 90
# Colours as red, green and blue from 0 to 255: paper with what is written on it, the least and the most of both.
_PAPERS = {
    "white paper": (((225, 225, 220), (255, 255, 255)), ((10, 10, 20), (60, 60, 130))),
    "grey paper": (((120, 118, 112), (190, 186, 180)), ((10, 10, 10), (60, 60, 70))),
    "tinted paper": (((190, 170, 120), (240, 235, 215)), ((20, 20, 60), (110, 40, 120))),
    "pencil": (((215, 215, 210), (250, 250, 245)), ((110, 110, 115), (150, 150, 155))),
    "blackboard": (((20, 30, 25), (60, 80, 70)), ((190, 190, 185), (250, 250, 245))),
}
KINDS = (*_PAPERS, "ruled paper", "sheet on a table")
# The table that a sheet lies on, and how far from the photograph's edges the sheet's corners are.
_TABLE = ((40, 25, 15), (150, 110, 80))
_MARGIN = 60


@dataclass(frozen=True)
class MadePhoto:
    """A photograph as a file's content, and the box of the ink in it: left, top, right, bottom."""

    content: bytes
    box: tuple[float, float, float, float]


def make_photo(strokes: Sequence[Stroke], kind: str, random: Generator) -> MadePhoto:
    """A photograph of a digit's strokes, turned a little, of any size, somewhere on what `kind` names."""
    paper, ink = draw_shades(kind, random)
    placed, width = _place(strokes, random, margin_of(kind))
    content = photograph(placed, width, kind, paper, ink, random)
    points = np.concatenate(placed)
    low, high = points.min(0) - width / 2, points.max(0) + width / 2
    return MadePhoto(content, (*low.tolist(), *high.tolist()))


def draw_shades(kind: str, random: Generator) -> tuple[Light, Light]:
    """The colours of paper and ink by chance, red, green and blue from 0 to 255."""
    (dark_paper, light_paper), (dark_ink, light_ink) = _PAPERS.get(kind, _PAPERS["white paper"])
    return random.uniform(dark_paper, light_paper), random.uniform(dark_ink, light_ink)


def margin_of(kind: str) -> float:
    """Pixels at the photograph's edges that are left without ink."""
    return _MARGIN if kind == "sheet on a table" else 10


def photograph(
    strokes: Sequence[Stroke], width: float, kind: str, paper: Light, ink: Light, random: Generator
) -> bytes:
    """A JPEG file of strokes that lie in the photograph's pixels, written with a pen of this width."""
    photo = np.ones((SIZE[1], SIZE[0], 1)) * paper
    if kind == "ruled paper":
        gap = int(_RULES * random.uniform(0.5, 1.2))
        for row in range(3):
            photo[row::gap] *= [0.8, 0.85, 0.95]
    if kind == "sheet on a table":
        photo = _lay_on_table(photo, random)
    cover = np.asarray(_draw(strokes, width), np.float64)[..., None] / 255 * random.uniform(0.85, 1)
    photo = (photo * (1 - cover) + ink * cover) * _light(random)[..., None]
    return _develop(photo, random)


def _place(strokes: Sequence[Stroke], random: Generator, margin: float) -> tuple[list[Stroke], float]:
    """The strokes in the photograph's pixels, and the pen's width."""
    turn = np.radians(random.uniform(-_TURN, _TURN))
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    turned = [stroke @ matrix for stroke in strokes]
    points = np.concatenate(turned)
    low, extent = points.min(0), np.ptp(points, axis=0)
    side = random.uniform(*_EXTENT) * min(SIZE)
    scale, width = side / max(1.0, *extent), max(3.0, side * random.uniform(*_PEN))
    room = np.array(SIZE) - extent * scale - 2 * (width + margin)
    corner = random.uniform(0, 1, 2) * room + width + margin
    return [(stroke - low) * scale + corner for stroke in turned], width


def _lay_on_table(sheet: Light, random: Generator) -> Light:
    image = Image.new("L", SIZE)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (np.array(SIZE) - 1)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * random.uniform(0, _MARGIN, (4, 2))
    ImageDraw.Draw(image).polygon([tuple(corner) for corner in corners + inward], fill=255)
    cover = np.asarray(image, np.float64)[..., None] / 255
    laid: Light = sheet * cover + random.uniform(*_TABLE) * (1 - cover)
    return laid


def _draw(strokes: Sequence[Stroke], width: float) -> Image.Image:
    image = Image.new("L", SIZE)
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        draw.line([tuple(point) for point in stroke], fill=255, width=round(width), joint="curve")
        for point in stroke[[0, -1]]:
            draw.circle(tuple(point), width / 2, fill=255)
    return image.filter(ImageFilter.GaussianBlur(1.5))


def _light(random: Generator) -> Light:
    """How much of the light comes to each pixel: falling off to one side and to the corners, and half a shadow."""
    width, height = SIZE
    rows, columns = np.mgrid[:height, :width]
    x, y = columns / width - 0.5, rows / height - 0.5
    turn = random.uniform(0, 2 * np.pi)
    across = x * np.cos(turn) + y * np.sin(turn)
    light = 1 - random.uniform(0, 0.4) * (across + 0.5) - random.uniform(0, 0.5) * (x * x + y * y)
    if random.random() < 0.5:
        turn = random.uniform(0, 2 * np.pi)
        beyond = (x * np.cos(turn) + y * np.sin(turn) - random.uniform(-0.3, 0.3)) / random.uniform(0.01, 0.1)
        light *= 1 - random.uniform(0.1, 0.45) / (1 + np.exp(-np.clip(beyond, -50, 50)))
    shaded: Light = light * random.uniform(0.7, 1)
    return shaded


def _develop(photo: NDArray[np.float64], random: Generator) -> bytes:
    noise = random.normal(0, random.uniform(1, 8), (*photo.shape[:2], 1)) + random.normal(0, 2, photo.shape)
    image = Image.fromarray(np.clip(photo + noise, 0, 255).astype(np.uint8))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(random.integers(*_JPEG)))
    return file.getvalue()
