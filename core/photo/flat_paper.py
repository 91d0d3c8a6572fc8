"""Pictures made on a screen, not by a camera: their paper has one shade, so that all else is ink."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.ink.foreground import border_pixels

# The paper has one shade if at least this share of the border's pixels has exactly that shade. A camera's noise
# spreads the shades more widely.
_SAME_SHADE = 0.4
# Shades from 0 to 255 by which each corner may differ from the paper.
_CORNER_DIFFERENCE = 2
# Shades from 0 to 255 by which the strongest ink must differ from the paper.
_LEAST_DIFFERENCE = 15


def ink_on_flat_paper(grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], bool] | None:
    """How far each pixel (height, width) is from the paper, 1 being the strongest ink, and whether ink is lighter.

    None where the paper has more than one shade, or nothing stands out from it.
    """
    border = border_pixels(grey)
    counts = np.bincount(border, minlength=256)
    paper = int(counts.argmax())
    away = grey.astype(np.float32) - paper
    strongest = float(np.abs(away).max())
    corners_differ = bool((np.abs(away[[0, 0, -1, -1], [0, -1, 0, -1]]) > _CORNER_DIFFERENCE).any())
    if corners_differ or counts[paper] < _SAME_SHADE * len(border) or strongest < _LEAST_DIFFERENCE:
        return None
    return np.asarray(np.abs(away) / strongest, np.float32), bool(away.sum() > 0)
