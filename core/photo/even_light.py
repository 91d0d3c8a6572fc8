"""Evening out the light on a photographed sheet.

Light is multiplied by what it falls on, so each pixel is compared, as a ratio, with the paper around it. At first
that is a guess, then what has turned out to be paper nearby.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.ink.line_width import Mask

Shades = NDArray[np.float32]

# The photograph's longer side while the paper's shade is measured: for the median, with its window, and afterwards.
_COARSE, _WINDOW = 50, 17
_FINE = 100
# How often paper is told from ink, by how much it differs from the paper expected, and how far it tells of its shade.
_ROUNDS, _PAPER, _REACH = 2, 0.2, 4.0
# Shades from 0 to 255: on darker paper than this, noise would count for more than ink.
_DARKEST = 24.0
# Pixels: how far noise is blurred away.
_BLUR = 1.0


def even_light(grey: NDArray[np.uint8]) -> list[Shades]:
    """How much lighter each pixel of a photograph (height, width) is than the paper, as a share of its shade.

    Once for each guess at the paper: it has the median shade around each pixel, which follows shadows; it has the
    median shade of the photograph's border, which holds where a digit fills the photograph.
    """
    image = Image.fromarray(grey)
    fine = np.asarray(_fit(image, _FINE), np.float32)
    smooth = np.asarray(image.filter(ImageFilter.GaussianBlur(_BLUR)), np.float32)
    border = np.concatenate([fine[0], fine[-1], fine[:, 0], fine[:, -1]])
    around = _resize(_median(_fit(image, _COARSE)), fine.shape)
    guesses = around, np.full_like(fine, np.median(border))
    return [_compare(smooth, _resize(_improve(guess, fine), grey.shape)) for guess in guesses]


def contrast(lighter: Shades) -> Shades:
    """The share by which what is darker is darker than the other, negative where that is the pixel: from -1 to 1."""
    return cast(Shades, lighter / (1 + np.maximum(lighter, 0)))


def _improve(paper: Shades, shades: Shades) -> Shades:
    for _ in range(_ROUNDS):
        is_paper = _erode(np.abs(contrast(_compare(shades, paper))) < _PAPER)
        # Where no paper is near, as amid a blot, what was expected before stands.
        weight = is_paper + np.float32(1e-4)
        paper = _blur(np.where(is_paper, shades, paper) * weight) / _blur(weight)
    return paper


def _compare(shades: Shades, paper: Shades) -> Shades:
    return cast(Shades, (shades - paper) / np.maximum(paper, np.float32(_DARKEST)))


def _fit(image: Image.Image, side: int) -> Image.Image:
    factor = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BOX)


def _median(image: Image.Image) -> Shades:
    """The median around each pixel, of windows that lie wholly inside: beyond a sheet's edge there may be a table."""
    window = min(_WINDOW, *(side - 1 + side % 2 for side in image.size))
    middles = np.asarray(image.filter(ImageFilter.MedianFilter(window)), np.float32)
    edge = window // 2
    height, width = middles.shape
    return np.pad(middles[edge : height - edge, edge : width - edge], edge, mode="edge")


def _resize(shades: Shades, shape: tuple[int, ...]) -> Shades:
    return np.asarray(Image.fromarray(shades).resize((shape[1], shape[0]), Image.Resampling.BICUBIC), np.float32)


def _erode(mask: Mask) -> Mask:
    """The mask without the pixels at its edge."""
    return np.asarray(Image.fromarray(mask.astype(np.uint8)).filter(ImageFilter.MinFilter(3)), bool)


def _blur(shades: Shades) -> Shades:
    """Sums over what is near, by a bell curve."""
    height, width = shades.shape
    return cast(Shades, _bells(height) @ shades @ _bells(width))


def _bells(count: int) -> Shades:
    places = np.arange(count, dtype=np.float32)
    return cast(Shades, np.exp(-(((places[:, None] - places) / _REACH) ** 2) / 2))
