"""Evening out the light on a photographed sheet.

A pixel's shade is the paper's or ink's own shade multiplied by the light there. So each pixel is compared, as a ratio,
with the shade that paper has at that place. That shade is first guessed, then improved from the pixels nearby that
turned out to be paper.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.ink.foreground import Mask, border_pixels

Shades = NDArray[np.float32]

# Longer side, in pixels, of the small copy in which the median of the paper's shade is taken.
_COARSE = 50
# Side of the median's window, in pixels of that copy.
_WINDOW = 17
# Longer side, in pixels, of the small copy in which the paper's shade is improved.
_FINE = 100
# How often the paper's shade is improved.
_ROUNDS = 2
# A pixel is paper if it differs from the expected shade by less than this share.
_PAPER = 0.2
# Standard deviation, in pixels of the copy, of the Gaussian by which paper contributes to the shade around it.
_REACH = 4.0
# Standard deviations at which that Gaussian is cut off; beyond, its weight is far below `_DOUBT`.
_CUT_OFF = 6.0
# Weight of the shade expected before, against 1 for a pixel of paper. It decides where no paper is near, as in a blot.
_DOUBT = 1e-4
# Shades from 0 to 255. Paper darker than this is taken to have this shade: a ratio to it would magnify noise.
_DARKEST = 24.0
# Standard deviation, in pixels of the photograph, of the Gaussian that smooths its noise.
_BLUR = 1.0


def even_light(grey: NDArray[np.uint8]) -> list[Shades]:
    """How much lighter each pixel of a photograph (height, width) is than the paper, as a share of the paper's shade.

    Two answers, from two guesses of the paper's shade: the median around each pixel, which follows shadows, and the
    median of the photograph's border, which holds where a digit fills the photograph.
    """
    image = Image.fromarray(grey)
    fine = np.asarray(_fit(image, _FINE), np.float32)
    smooth = np.asarray(image.filter(ImageFilter.GaussianBlur(_BLUR)), np.float32)
    around = _resize(_median(_fit(image, _COARSE)), fine.shape)
    guesses = around, np.full_like(fine, np.median(border_pixels(fine)))
    return [_compare(smooth, _resize(_improve(guess, fine), grey.shape)) for guess in guesses]


def contrast(lighter: Shades) -> Shades:
    """From how much lighter pixels are than the paper: the difference as a share of the lighter of both, -1 to 1.

    Negative where the pixel is darker than the paper.
    """
    return cast(Shades, lighter / (1 + np.maximum(lighter, 0)))


def _improve(paper: Shades, shades: Shades) -> Shades:
    for _ in range(_ROUNDS):
        is_paper = _erode(np.abs(contrast(_compare(shades, paper))) < _PAPER)
        weight = is_paper + np.float32(_DOUBT)
        paper = _blur(np.where(is_paper, shades, paper) * weight) / _blur(weight)
    return paper


def _compare(shades: Shades, paper: Shades) -> Shades:
    return cast(Shades, (shades - paper) / np.maximum(paper, np.float32(_DARKEST)))


def _fit(image: Image.Image, side: int) -> Image.Image:
    factor = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BOX)


def _median(image: Image.Image) -> Shades:
    """The median around each pixel, in windows that lie wholly inside: beyond a sheet's edge there may be a table."""
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
    # Zeros around, so that the blurred weights tell how much paper is near, at the border too.
    from scipy import ndimage

    return cast(Shades, ndimage.gaussian_filter(shades, _REACH, mode="constant", truncate=_CUT_OFF))
