"""From a photograph of a piece of clothing to a picture as Fashion-MNIST has them.

Fashion-MNIST was made from shop photographs on white (H. Xiao, K. Rasul and R. Vollgraf 2017, arXiv:1708.07747,
section 2): trimmed, the longer side scaled to 28 pixels, the shades negated, and put into the middle of a black square.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.ink.bitmap import ink_box
from core.ink.blobs import find_blobs
from core.ink.rendering import SIDE, Picture

# Of the range of shades: what differs less from the background is background, and so is what its noise explains.
_LEAST, _NOISE = 0.08, 4.0
# Of the largest part's area: smaller ones are specks.
_SPECK = 0.02
# Of the photograph's area: nothing smaller is taken for a piece of clothing.
_SMALLEST = 0.001
# The share of the photograph along each of its sides that is taken to be background.
_FRAME = 0.04


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

    On a light background shades are negated, as Fashion-MNIST's are; on a dark one they stay.
    """
    shades = grey / 255
    background, noise = _background(shades)
    difference = shades - background
    blobs = find_blobs(np.abs(difference) > max(_LEAST, _NOISE * noise))
    largest = blobs.areas.max(initial=0)
    if largest < _SMALLEST * grey.size:
        return None
    box = left, top, right, bottom = ink_box(blobs.mask(blobs.areas >= _SPECK * largest))
    light = float(np.median(background)) > 0.5
    share = -difference / background if light else difference / (1 - background)
    even = np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)
    return FoundClothes(box, even, _to_square(even[top:bottom, left:right]))


def _background(shades: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """A plane of shades through the photograph's frame, (height, width), and how far the frame is from it."""
    height, width = shades.shape
    rows, columns = np.mgrid[:height, :width]
    margin = max(1, round(_FRAME * min(shades.shape)))
    frame = np.ones(shades.shape, bool)
    frame[margin:-margin, margin:-margin] = False
    planes = np.stack([np.ones_like(shades), rows / height - 0.5, columns / width - 0.5], -1)
    chosen = frame
    for _ in range(3):
        weights = np.linalg.lstsq(planes[chosen], shades[chosen], rcond=None)[0]
        plane = np.clip(planes @ weights, 1 / 255, 1 - 1 / 255)
        off = np.abs(shades - plane)
        spread = float(np.median(off[frame]))
        # Where the piece reaches the frame, it is not taken for background in the next round.
        chosen = frame & (off <= 3 * spread + 1 / 255)
    return plane, 1.4826 * spread


def _to_square(piece: NDArray[np.uint8]) -> Picture:
    height, width = piece.shape
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    picture = Image.new("L", (SIDE, SIDE))
    small = Image.fromarray(piece).resize(size, Image.Resampling.LANCZOS)
    picture.paste(small, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.asarray(picture)
