"""Families of pictures that are no digits, uint8 (N, 28, 28) each, made as the app would make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from core.data.datasets import Images, ImageSet
from core.ink.bitmap import picture_from_bitmap
from core.ink.rendering import SIDE, Picture, Stroke
from tools.non_digits import doodles
from tools.non_digits.glyphs import print_glyph, trace_glyph
from tools.non_digits.templates import HELD_OUT_LETTERS, LETTERS, parse, smooth
from tools.non_digits.warp import warp
from tools.pen.pen_digits import PenDigit
from tools.pen.renderings import render

T = TypeVar("T")

# The first five of Fashion-MNIST's classes; the others are held out.
TRAINED_CLOTHES = range(5)
HELD_OUT_CLOTHES = range(5, 10)

# Fonts come with matplotlib.
TRAINED_FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "DejaVuSans-Oblique", "DejaVuSerif-Italic")
HELD_OUT_FONTS = ("STIXGeneral", "STIXGeneralItalic", "cmr10", "cmti10", "cmtt10")
LATIN = "ACEFGHJKLMNPRTUVWXYacdefhijkmnprtuvwxy"
# What looks like a digit is left out, such as З, О and Ч.
_GREEK = "ΑΓΔΕΗΚΛΜΝΞΠΡΣΤΥΧΨΩαγηκλμνπχψω"
_HEBREW_AND_ARABIC = "אהחמעצקשתبتثجحخسشصضكني"
TRAINED_ALPHABETS = LATIN + _GREEK + _HEBREW_AND_ARABIC
HELD_OUT_ALPHABET = "ДЖИЙЛЦШЩЮЯджийлцшщюя"
SYMBOLS = "@&#%*+=~^€£¥¶©®±×÷∑∏√∞≈≠≤≥←↑→↓↔⇒∀∃∇∈∩∪⊂⊥♀♂☺☹♠♣♥♦♪♫★☆☀☂☎✂✈✉✌✓✗❀❄⌂⌘■▲△▶◆"


def letters(count: int, random: Generator, held_out: bool) -> Images:
    """Letters as a hand prints them."""
    signs = [sign for sign in LETTERS if (sign in HELD_OUT_LETTERS) == held_out]
    return _stack(count, lambda: _draw(parse(_any(LETTERS[_any(signs, random)], random)), random))


def font_letters(count: int, random: Generator, alphabet: str, fonts: Sequence[str]) -> Images:
    """Letters of printed alphabets, half as the way of a pen along their lines and half as printed."""
    return _stack(count, lambda: _draw_glyph(_any(fonts, random), _any(alphabet, random), random))


def font_symbols(count: int, random: Generator) -> Images:
    """Signs that are no letters."""
    return _stack(count, lambda: _draw_glyph(TRAINED_FONTS[0], _any(SYMBOLS, random), random))


def font_digits(count: int, random: Generator) -> ImageSet:
    """Digits of the fonts trained on, by the same ways as letters."""
    labels = random.integers(0, 10, count)
    pictures = [_draw_glyph(_any(TRAINED_FONTS, random), str(label), random) for label in labels]
    return ImageSet(np.stack([picture for picture in pictures if picture is not None]), labels)


def doodle(count: int, random: Generator, family: doodles.Doodle) -> Images:
    """Doodles of one family."""
    return _stack(count, lambda: _draw(family(random), random))


def pairs(count: int, random: Generator, digits: Sequence[PenDigit]) -> Images:
    """Two digits side by side, taken for one."""
    return _stack(
        count, lambda: render(_side_by_side([_any(digits, random).strokes for _ in range(2)], random), random)
    )


def clothes(count: int, random: Generator, fashion: ImageSet, classes: Sequence[int]) -> Images:
    """Pictures of clothes: as they are, boxed as drawings are, as outlines, cut to black and white, or inverted."""
    indices = np.flatnonzero(np.isin(fashion.labels, classes)).tolist()
    ways = (_as_is, _as_is, _boxed, _boxed, _outlined, _cut, _inverted)
    return _stack(count, lambda: _any(ways, random)(fashion.images[_any(indices, random)]))


def silhouettes(count: int, random: Generator) -> Images:
    """Filled shapes of any outline and grey, anywhere in the picture."""
    return _stack(count, lambda: _silhouette(random))


def noise(count: int, random: Generator) -> Images:
    """Blank, flat, dotted, striped, blotched."""
    return _stack(count, lambda: _any(_NOISES, random)(random))


def _draw(strokes: Sequence[Stroke], random: Generator) -> Picture:
    return render(warp(strokes, random), random)


def _stack(count: int, make: Callable[[], Picture | None]) -> Images:
    def made() -> Iterator[Picture]:
        while True:
            if (picture := make()) is not None:
                yield picture

    source = made()
    return np.stack([next(source) for _ in range(count)])


def _any(things: Sequence[T], random: Generator) -> T:
    return things[int(random.integers(len(things)))]


@lru_cache(maxsize=4096)
def _traced(font: str, sign: str) -> tuple[Stroke, ...]:
    return tuple(trace_glyph(font_file(font), sign))


def font_file(name: str) -> Path:
    """A font that comes with matplotlib."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"


def _draw_glyph(font: str, sign: str, random: Generator) -> Picture | None:
    if random.random() < 0.5:
        traced = _traced(font, sign)
        return _draw(traced, random) if traced else None
    printed = print_glyph(font_file(font), sign)
    return None if printed is None else _boxed(printed[..., 0])


def _side_by_side(drawings: Sequence[Sequence[Stroke]], random: Generator) -> list[Stroke]:
    left, placed = 0.0, []
    for strokes in drawings:
        points = np.concatenate(strokes)
        low, high = points.min(0), points.max(0)
        scale = 100 * np.exp(random.normal(0, 0.1)) / max(1.0, high[1] - low[1])
        placed += [(stroke - low) * scale + (left, random.normal(0, 4)) for stroke in strokes]
        left += (high[0] - low[0]) * scale + random.uniform(5, 40)
    return placed


def _as_is(image: Picture) -> Picture:
    return image


def _boxed(image: Picture) -> Picture:
    stages = picture_from_bitmap(np.dstack([image, image, image, np.full_like(image, 255)]))
    return image if stages is None else stages.picture


def _outlined(image: Picture) -> Picture:
    edges = np.asarray(Image.fromarray(np.pad(image, 2)).filter(ImageFilter.FIND_EDGES))
    return _boxed(np.clip(2 * edges[2:-2, 2:-2].astype(int), 0, 255).astype(np.uint8))


def _cut(image: Picture) -> Picture:
    return np.where(image > 64, 255, 0).astype(np.uint8)


def _inverted(image: Picture) -> Picture:
    return 255 - image


def _silhouette(random: Generator) -> Picture:
    scale = 4
    big = Image.new("L", (scale * SIDE, scale * SIDE))
    draw = ImageDraw.Draw(big)
    for _ in range(int(random.integers(1, 4))):
        corners = random.uniform(0, scale * SIDE, (int(random.integers(4, 9)), 2))
        outline = smooth(np.concatenate([corners, corners[:1]])) if random.random() < 0.6 else corners
        draw.polygon([tuple(point) for point in outline], fill=int(random.integers(60, 256)))
    picture = np.asarray(big.resize((SIDE, SIDE), Image.Resampling.BOX))
    texture = random.uniform(1 - random.uniform(0, 0.6), 1, (SIDE, SIDE))
    return _any((_as_is, _boxed), random)((picture * texture).astype(np.uint8))


def _blank(random: Generator) -> Picture:
    return np.full((SIDE, SIDE), _any((0, 0, int(random.integers(256))), random), np.uint8)


def _speckle(random: Generator) -> Picture:
    share = random.random() ** 2
    return np.where(random.random((SIDE, SIDE)) < share, random.integers(0, 256, (SIDE, SIDE)), 0).astype(np.uint8)


def _stripes(random: Generator) -> Picture:
    y, x = np.indices((SIDE, SIDE))
    way, length = random.uniform(0, np.pi), random.uniform(3, 14)
    wave = np.sin((x * np.cos(way) + y * np.sin(way)) * 2 * np.pi / length)
    other = np.sin((y * np.cos(way) - x * np.sin(way)) * 2 * np.pi / length) if random.random() < 0.5 else 1
    shades = np.clip(128 + 127 * wave * other * random.uniform(1, 5), 0, 255)
    return np.asarray(shades, np.uint8)


def _blotches(random: Generator) -> Picture:
    coarse = random.integers(0, 256, (int(random.integers(2, 9)),) * 2).astype(np.uint8)
    ways = (Image.Resampling.NEAREST, Image.Resampling.BICUBIC)
    return np.asarray(Image.fromarray(coarse).resize((SIDE, SIDE), _any(ways, random)))


def _blob(random: Generator) -> Picture:
    y, x = np.indices((SIDE, SIDE)) + 0.5
    (left, top), (wide, high) = random.uniform(8, 20, 2), random.uniform(4, 12, 2)
    return np.where(((x - left) / wide) ** 2 + ((y - top) / high) ** 2 < 1, 255, 0).astype(np.uint8)


_NOISES: Sequence[Callable[[Generator], Picture]] = (_blank, _speckle, _stripes, _blotches, _blob)
