"""From a bitmap of one digit to the picture that a network reads, by MNIST's recipe as in `core.ink.rendering`.

Before the bitmap is shrunk, its lines are made about as thick as those drawn from strokes. So a thin pencil and a
felt pen give nearly the same picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.ink.foreground import Mask, border_pixels, foreground_box
from core.ink.line_width import line_width, thicken, thin
from core.ink.rendering import ALL_STEPS, INK_SIDE, MIDDLE, SIDE, THICKNESS, Picture, PreprocessSteps, PreprocessTrace

# Bitmap pixels. Ink whose longer side is shorter than this is drawn as a dot instead of being scaled up to a digit.
_DOT = 8
# A pixel is ink if it is at least this far from the paper, as a share of the strongest ink's distance.
_INK_SHARE = 0.25
# Lines are thickened or thinned in a mask with this many pixels along each side of a pixel of the picture.
_FINE = 5
# Pixels of the picture. Thinner lines are thickened to this width.
_THINNEST = THICKNESS
# Pixels of the picture. Thicker lines are thinned to this width. Of the widths 2.0 to 3.2 this one gave the highest
# accuracy for the broadest brushes: where a broad pen has filled a loop, networks read the blot better than a thin line
# in its place.
_THICKEST = 2.8


def picture_from_bitmap(rgba: NDArray[np.uint8], steps: PreprocessSteps = ALL_STEPS) -> PreprocessTrace | None:
    """The picture of a bitmap (height, width, 4) of one digit, in any ink on plain or transparent paper.

    None without ink.
    """
    return picture_from_ink(_find_ink(rgba), steps)


def picture_from_ink(mask: Mask, steps: PreprocessSteps = ALL_STEPS) -> PreprocessTrace | None:
    """The picture of the ink in a mask (height, width) with one digit. None without ink."""
    if not mask.any():
        return None
    left, top, right, bottom = foreground_box(mask)
    side = INK_SIDE if steps.cut_out else SIDE
    ink, pixel = _cut_out(mask[top:bottom, left:right], steps) if steps.cut_out else _shrink(mask, steps)
    middle = np.array(ink.shape[::-1]) / 2
    picture = _sample(ink, _place(ink, pixel, middle, steps), pixel, SIDE)
    scaled = _sample(ink, middle - side / 2 * pixel, pixel, side)
    return PreprocessTrace((float(left), float(top), float(right), float(bottom)), scaled, picture)


def _find_ink(rgba: NDArray[np.uint8]) -> Mask:
    """The pixels that differ from the paper, which is transparent or has the median shade of the border."""
    alpha = rgba[..., 3]
    if alpha.min() < 255:
        ink = alpha.astype(np.float64)
    else:
        grey = rgba[..., :3].mean(-1)
        ink = np.abs(grey - np.median(border_pixels(grey)))
    return np.asarray(ink > _INK_SHARE * max(ink.max(), 1.0))


def _cut_out(mask: Mask, steps: PreprocessSteps) -> tuple[Mask, float]:
    """The fine mask of ink that was cut out, and how many of its pixels make one of the picture along a side."""
    ink = _scale(mask, _FINE * INK_SIDE / max(_DOT, *mask.shape))
    if steps.thicken:
        # Thickening makes the ink larger, so that it is shrunk more afterwards; thinning makes it smaller.
        ink = _match_lines(ink, 1 - THICKNESS / INK_SIDE)
        left, top, right, bottom = foreground_box(ink)
        ink = ink[top:bottom, left:right]
    return ink, _FINE if max(mask.shape) < _DOT else max(ink.shape) / INK_SIDE


def _shrink(mask: Mask, steps: PreprocessSteps) -> tuple[Mask, float]:
    """The fine mask of the whole bitmap, and how many of its pixels make one of the picture along a side."""
    ink = _scale(mask, _FINE * SIDE / max(mask.shape))
    return _match_lines(ink, 1.0) if steps.thicken else ink, _FINE


def _scale(mask: Mask, factor: float) -> Mask:
    height, width = mask.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    grey = np.asarray(_image(mask).resize(size, Image.Resampling.BILINEAR))
    # Lines that become thinner than a pixel turn grey. The lower threshold keeps them whole, and keeps specks visible.
    return np.asarray(grey > min(127 * min(1.0, line_width(mask) * factor), int(grey.max()) - 1))


def _match_lines(mask: Mask, gain: float) -> Mask:
    """The fine mask with lines neither too thin nor too thick.

    gain: by how much the lines' width in the picture changes when their width in the fine mask changes by 1.
    """
    width = line_width(mask)
    if width < _THINNEST * _FINE:
        return thicken(mask, (_THINNEST * _FINE - width) / 2 / gain)
    return thin(mask, round((width - _THICKEST * _FINE) / 2 / gain))


def _place(ink: Mask, pixel: float, middle: NDArray[np.float64], steps: PreprocessSteps) -> NDArray[np.float64]:
    """The picture's upper left corner, x and y, in the coordinates of the ink's mask."""
    if not steps.centre:
        return middle - SIDE / 2 * pixel
    corner = np.argwhere(ink).mean(0)[::-1] + 0.5 - MIDDLE * pixel
    left, top, right, bottom = foreground_box(ink)
    # Ink whose centre of mass is far from its box's middle, such as a line with a dot, must stay inside the picture.
    inside: NDArray[np.float64] = np.clip(corner, np.array([right, bottom]) - SIDE * pixel, [left, top])
    return inside


def _sample(ink: Mask, corner: NDArray[np.float64], pixel: float, side: int) -> Picture:
    """A square of `side` pixels of the ink, each covering `pixel` × `pixel` of the mask's.

    corner: the square's upper left corner, x and y in the mask.
    """
    # A black margin, since Pillow accepts no box that reaches beyond the image.
    margin = SIDE * int(np.ceil(pixel))
    left, top = corner + margin
    box = (left, top, left + side * pixel, top + side * pixel)
    # Pillow widens the filter by the factor of shrinking, so that no line falls between two pixels.
    small = _image(np.pad(ink, margin)).resize((side, side), Image.Resampling.BILINEAR, box=box)
    shades = np.asarray(small, np.float64)
    picture: Picture = np.rint(shades * (255 / max(shades.max(), 1))).astype(np.uint8)
    return picture


def _image(mask: Mask) -> Image.Image:
    return Image.fromarray(mask.astype(np.uint8) * np.uint8(255))
