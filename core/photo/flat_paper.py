"""Pictures made on a screen, not by a camera: their paper has one shade, so that all else is ink."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Of the border's pixels, so many have the paper's very shade, and the corners nearly; a camera's noise spreads them.
_SAME, _NEARLY = 0.4, 2
# Ink is at least this far from the paper, of 255.
_LEAST = 15


def ink_on_flat_paper(grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], bool] | None:
    """How far each pixel (height, width) is from the paper, 1 being the strongest ink, and whether ink is lighter.

    None where the paper has more than one shade, or nothing stands out from it.
    """
    border = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    counts = np.bincount(border, minlength=256)
    paper = int(counts.argmax())
    away = grey.astype(np.float32) - paper
    strongest = float(np.abs(away).max())
    corners_differ = bool((np.abs(away[[0, 0, -1, -1], [0, -1, 0, -1]]) > _NEARLY).any())
    if corners_differ or counts[paper] < _SAME * len(border) or strongest < _LEAST:
        return None
    return np.asarray(np.abs(away) / strongest, np.float32), bool(away.sum() > 0)
