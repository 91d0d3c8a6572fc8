"""From a bitmap of one digit to the picture that a network reads: MNIST's recipe, as in `core.strokes`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.strokes import ALL_STEPS, INK_SIDE, MIDDLE, SIDE, Picture, Stages, Steps, centre_of_mass, shades

# Bitmap pixels: what is smaller is a dot.
_DOT = 8.0
# Of the range of shades between paper and ink: what lies above is ink.
_INK_SHARE = 0.25


def picture_from_bitmap(rgba: NDArray[np.uint8], steps: Steps = ALL_STEPS) -> Stages | None:
    """Shrink a bitmap (height, width, 4) of one digit, in any ink on plain or transparent paper. None without ink.

    Lines stay as wide as they are, whatever `steps.thicken` says.
    """
    ink = _find_ink(rgba)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not len(rows):
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    scaled = _fit(ink[top:bottom, left:right], INK_SIDE) if steps.cut_out else _fit(ink, SIDE)
    picture = _centre(scaled) if steps.centre else np.pad(scaled, (SIDE - len(scaled)) // 2)
    return Stages((float(left), float(top), float(right), float(bottom)), scaled, picture)


def _find_ink(rgba: NDArray[np.uint8]) -> Picture:
    """How far each pixel is from the paper, which is what is transparent or else the shade of the border."""
    alpha = rgba[..., 3]
    if alpha.min() < 255:
        ink = alpha.astype(np.float64)
    else:
        grey = rgba[..., :3].mean(-1)
        border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        ink = np.abs(grey - np.median(border))
    strongest = max(ink.max(), 1.0)
    return np.where(ink > _INK_SHARE * strongest, np.rint(ink * 255 / strongest), 0).astype(np.uint8)


def _fit(ink: Picture, side: int) -> Picture:
    """Scale ink to a square box of that side, in the middle of its shorter side."""
    height, width = ink.shape
    scale = side / max(_DOT, width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    box = Image.new("L", (side, side))
    # Pillow widens the filter to the step of shrinking, so that no line falls between two pixels.
    small = Image.fromarray(ink).resize(size, Image.Resampling.BILINEAR)
    box.paste(small, ((side - size[0]) // 2, (side - size[1]) // 2))
    # Thin lines pale when they shrink; MNIST's are white in their middle.
    scaled = np.asarray(box, np.float64)
    return shades(scaled / scaled.max())


def _centre(scaled: Picture) -> Picture:
    """The box in the field of the picture, moved so that its ink balances in the middle and stays inside."""
    # By whole pixels, as in MNIST; the little that is taken off keeps symmetric ink from wavering.
    place = np.rint(MIDDLE - centre_of_mass(scaled) - 0.01).astype(int)
    room = SIDE - len(scaled)
    first, last = np.zeros(2, int), np.full(2, room)
    if not room:
        columns, rows = np.flatnonzero(scaled.any(0)), np.flatnonzero(scaled.any(1))
        first, last = -np.array([columns[0], rows[0]]), SIDE - 1 - np.array([columns[-1], rows[-1]])
    x, y = np.clip(place, first, last)
    return np.roll(np.pad(scaled, (0, room)), (y, x), (0, 1))
