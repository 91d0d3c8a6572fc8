"""Signs of a font file, as a printed bitmap and as the way of a pen along the middle of their lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.ink.rendering import Stroke

_SIZE = 48
_MARGIN = 8
_INK = 128

Bitmap = NDArray[np.bool_]
Pixel = tuple[int, int]


def print_glyph(font: Path, sign: str, size: int = _SIZE) -> NDArray[np.uint8] | None:
    """A sign in white on black, RGBA (height, width, 4). None when it leaves no ink or the font lacks it."""
    face = ImageFont.truetype(str(font), size)
    left, top, right, bottom = face.getbbox(sign)
    if right <= left or bottom <= top or _is_missing(face, sign):
        return None
    grey = Image.new("L", (int(right - left) + 2 * _MARGIN, int(bottom - top) + 2 * _MARGIN))
    ImageDraw.Draw(grey).text((_MARGIN - left, _MARGIN - top), sign, fill=255, font=face)
    ink = np.asarray(grey)
    return np.dstack([ink, ink, ink, np.full_like(ink, 255)]) if ink.any() else None


def _is_missing(face: ImageFont.FreeTypeFont, sign: str) -> bool:
    # A font draws the same box for every sign that it lacks.
    return bytes(face.getmask(sign)) == bytes(face.getmask("\U0010fffe"))


def trace_glyph(font: Path, sign: str) -> list[Stroke]:
    """A sign as strokes along its skeleton. Empty without ink."""
    printed = print_glyph(font, sign)
    return [] if printed is None else _walk(skeleton(printed[..., 0] > _INK))


def skeleton(ink: Bitmap) -> Bitmap:
    """Thin lines to one pixel: Zhang and Suen 1984, "A fast parallel algorithm for thinning digital patterns"."""
    ink = np.pad(ink, 1)
    while True:
        before = ink.sum()
        for step in (0, 1):
            ink = ink & ~_removable(ink, step)
        if ink.sum() == before:
            return ink[1:-1, 1:-1]


def _removable(ink: Bitmap, step: int) -> Bitmap:
    # Clockwise from above.
    around = np.stack([np.roll(ink, (-y, -x), (0, 1)) for y, x in _AROUND])
    count = around.sum(0)
    changes = (~around & np.roll(around, -1, 0)).sum(0)
    north, east, south, west = around[::2]
    if step == 0:
        free = ~(north & east & south) & ~(east & south & west)
    else:
        free = ~(north & east & west) & ~(north & south & west)
    return np.asarray(ink & (count >= 2) & (count <= 6) & (changes == 1) & free)


_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def _walk(thin: Bitmap) -> list[Stroke]:
    """The skeleton's pixels as lines, each walked from an end or a crossing until nothing new lies ahead."""
    links = _links(thin)
    lines = []
    while links:
        # An end has one neighbour; a ring has none such, and is begun anywhere.
        here = min(links, key=lambda pixel: (len(links[pixel]) != 1, pixel))
        line = [here]
        while here in links:
            there = min(links[here], key=lambda pixel: abs(pixel[0] - here[0]) + abs(pixel[1] - here[1]))
            _cut(links, here, there)
            line.append(there)
            here = there
        lines.append(np.array(line, np.float64)[:, ::-1])
    return lines


def _links(thin: Bitmap) -> dict[Pixel, set[Pixel]]:
    """Each pixel's neighbours, row and column."""
    pixels = {(int(y), int(x)) for y, x in np.argwhere(thin)}
    near = {(y, x): {(y + dy, x + dx) for dy, dx in _AROUND} & pixels for y, x in pixels}
    return {pixel: others for pixel, others in near.items() if others}


def _cut(links: dict[Pixel, set[Pixel]], here: Pixel, there: Pixel) -> None:
    for one, other in ((here, there), (there, here)):
        links[one].discard(other)
        if not links[one]:
            del links[one]
