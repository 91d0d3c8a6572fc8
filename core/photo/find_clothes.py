"""From a photograph of a piece of clothing to a picture as Fashion-MNIST has them.

Fashion-MNIST was made from shop photographs on white (H. Xiao, K. Rasul and R. Vollgraf 2017, arXiv:1708.07747,
section 2): trimmed, the longer side scaled to 28 pixels, the shades negated, and put into the middle of a black square.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.ink.foreground import border_mask, connected_components, foreground_box
from core.ink.rendering import SIDE, Picture

# Share of the range of shades. A pixel that differs less from the background belongs to it.
_LEAST_DIFFERENCE = 0.08
# Standard deviations of the background's noise. A pixel that differs less from the background belongs to it.
_LEAST_DIFFERENCE_BY_NOISE = 4.0
# Share of the largest component's area. Smaller components are specks.
_SPECK = 0.02
# Share of the photograph's area. A component smaller than this is no piece of clothing.
_SMALLEST = 0.001
# Width of the frame that is taken to be background, as a share of the photograph's shorter side.
_FRAME = 0.04
# How often the background is fitted; each time, what has turned out to be no background is left out.
_ROUNDS = 3
# Median absolute deviations from the fitted background beyond which a pixel of the frame is left out.
_OUTLIER = 3.0
# From a median absolute deviation to the standard deviation of a Gaussian.
_DEVIATIONS = 1.4826


@dataclass(frozen=True)
class FoundClothes:
    """How a photograph (height, width) became a picture.

    box: left, top, right, bottom of the piece in the photograph.
    even: the photograph with its background black, uint8. picture: what the network sees, uint8 (28, 28).
    """

    box: tuple[int, int, int, int]
    even: NDArray[np.uint8]
    picture: Picture


def find_clothes(grey: NDArray[np.uint8]) -> FoundClothes | None:
    """The piece in a grey photograph (height, width) with a plain background; None where nothing stands out from it.

    On a light background the shades are negated, as Fashion-MNIST's are; on a dark one they stay.
    """
    shades = grey / 255
    background, noise = _background(shades)
    difference = shades - background
    components = connected_components(np.abs(difference) > max(_LEAST_DIFFERENCE, _LEAST_DIFFERENCE_BY_NOISE * noise))
    largest = components.areas.max(initial=0)
    if largest < _SMALLEST * grey.size:
        return None
    box = left, top, right, bottom = foreground_box(components.mask(components.areas >= _SPECK * largest))
    light = float(np.median(background)) > 0.5
    share = -difference / background if light else difference / (1 - background)
    even = np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)
    return FoundClothes(box, even, _to_square(even[top:bottom, left:right]))


def _background(shades: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """A plane of shades fitted to the photograph's frame, (height, width), and the noise as a standard deviation."""
    height, width = shades.shape
    rows, columns = np.mgrid[:height, :width]
    frame = border_mask(shades.shape, max(1, round(_FRAME * min(shades.shape))))
    planes = np.stack([np.ones_like(shades), rows / height - 0.5, columns / width - 0.5], -1)
    chosen = frame
    for _ in range(_ROUNDS):
        weights = np.linalg.lstsq(planes[chosen], shades[chosen], rcond=None)[0]
        plane = np.clip(planes @ weights, 1 / 255, 1 - 1 / 255)
        off = np.abs(shades - plane)
        spread = float(np.median(off[frame]))
        # A piece of clothing that reaches the frame is left out in the next round.
        chosen = frame & (off <= _OUTLIER * spread + 1 / 255)
    return plane, _DEVIATIONS * spread


def _to_square(piece: NDArray[np.uint8]) -> Picture:
    height, width = piece.shape
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    picture = Image.new("L", (SIDE, SIDE))
    small = Image.fromarray(piece).resize(size, Image.Resampling.LANCZOS)
    picture.paste(small, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.asarray(picture)
