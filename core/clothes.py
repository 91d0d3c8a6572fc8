"""From a photograph of a piece of clothing to a picture as Fashion-MNIST's were made (Xiao et al. 2017).

Grey, light on black, cut out, its longer side brought to 28 pixels and the shorter one filled up with black.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.strokes import SIDE, Picture

# Of the strongest difference from the background: what differs less is background.
_BACKGROUND = 0.12
# Shades from 0 to 255: where nothing differs more from the background, there is nothing.
_LEAST = 24


def picture_from_clothes(grey: NDArray[np.uint8]) -> tuple[Picture, tuple[int, int, int, int]] | None:
    """The picture (28, 28) of what is in a grey photograph (height, width), and its box: left, top, right, bottom.

    The border's median shade is the background, light or dark. None where nothing stands out from it.
    """
    shades = grey.astype(np.float32)
    border = float(np.median(np.concatenate([shades[0], shades[-1], shades[:, 0], shades[:, -1]])))
    light = border > 127
    # On a light background a negative is shown, as all of Fashion-MNIST's pictures are.
    stretched = (border - shades) / border if light else (shades - border) / (255 - border)
    clothes = np.clip(stretched, 0, 1)
    if float(clothes.max()) * 255 < _LEAST:
        return None
    object_mask = clothes > _BACKGROUND * float(clothes.max())
    rows, columns = np.flatnonzero(object_mask.any(1)), np.flatnonzero(object_mask.any(0))
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    return _fit(np.rint(clothes * 255).astype(np.uint8), box), box


def _fit(shades: NDArray[np.uint8], box: tuple[int, int, int, int]) -> Picture:
    left, top, right, bottom = box
    scale = SIDE / max(right - left, bottom - top)
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    small = Image.fromarray(shades[top:bottom, left:right]).resize(size, Image.Resampling.BILINEAR)
    picture = Image.new("L", (SIDE, SIDE))
    picture.paste(small, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.asarray(picture)
