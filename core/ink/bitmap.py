"""From a bitmap of one digit to the picture that a network reads: MNIST's recipe, as in `core.ink.rendering`.

Lines are made about as thick as those drawn from strokes before they are shrunk, so that pale pencil and felt pen
come out alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.ink.line_width import Mask, line_width, thicken, thin
from core.ink.rendering import ALL_STEPS, INK_SIDE, MIDDLE, SIDE, THICKNESS, Picture, PreprocessSteps, PreprocessTrace

# Bitmap pixels: what is smaller is a dot, and is not blown up to a digit.
_DOT = 8
# Of the range of shades between paper and ink: what lies above is ink.
_INK_SHARE = 0.25
# For each pixel of the picture, so many along each side while the lines' thickness is changed.
_FINE = 5
# Lines between these widths, in pixels of the picture, stay as they are. Of 2.0 to 3.2 the upper one reads most of
# what is written with the broadest brushes: where a pen has closed a loop, a blot says more than its middle.
_THINNEST, _THICKEST = THICKNESS, 2.8


def picture_from_bitmap(rgba: NDArray[np.uint8], steps: PreprocessSteps = ALL_STEPS) -> PreprocessTrace | None:
    """The picture of a bitmap (height, width, 4) of one digit, in any ink on plain or transparent paper.

    None without ink.
    """
    return picture_from_ink(_find_ink(rgba), steps)


def picture_from_ink(mask: Mask, steps: PreprocessSteps = ALL_STEPS) -> PreprocessTrace | None:
    """The picture of the ink in a mask (height, width) with one digit. None without ink."""
    if not mask.any():
        return None
    left, top, right, bottom = ink_box(mask)
    side = INK_SIDE if steps.cut_out else SIDE
    ink, pixel = _cut_out(mask[top:bottom, left:right], steps) if steps.cut_out else _shrink(mask, steps)
    middle = np.array(ink.shape[::-1]) / 2
    picture = _sample(ink, _place(ink, pixel, middle, steps), pixel, SIDE)
    scaled = _sample(ink, middle - side / 2 * pixel, pixel, side)
    return PreprocessTrace((float(left), float(top), float(right), float(bottom)), scaled, picture)


def ink_box(mask: Mask) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a mask's ink, of which there is some."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _find_ink(rgba: NDArray[np.uint8]) -> Mask:
    """Where a pixel is far from the paper, which is what is transparent or else the shade of the border."""
    alpha = rgba[..., 3]
    if alpha.min() < 255:
        ink = alpha.astype(np.float64)
    else:
        grey = rgba[..., :3].mean(-1)
        border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        ink = np.abs(grey - np.median(border))
    return np.asarray(ink > _INK_SHARE * max(ink.max(), 1.0))


def _cut_out(mask: Mask, steps: PreprocessSteps) -> tuple[Mask, float]:
    """The ink, cut out already, at its fine size, and how much of it is a pixel of the picture."""
    ink = _scale(mask, _FINE * INK_SIDE / max(_DOT, *mask.shape))
    if steps.thicken:
        # Thicker lines make the ink larger and are shrunk the more afterwards, and so the other way.
        ink = _match_lines(ink, 1 - THICKNESS / INK_SIDE)
        left, top, right, bottom = ink_box(ink)
        ink = ink[top:bottom, left:right]
    return ink, _FINE if max(mask.shape) < _DOT else max(ink.shape) / INK_SIDE


def _shrink(mask: Mask, steps: PreprocessSteps) -> tuple[Mask, float]:
    """The whole bitmap at its fine size, and how much of it is a pixel of the picture."""
    ink = _scale(mask, _FINE * SIDE / max(mask.shape))
    return _match_lines(ink, 1.0) if steps.thicken else ink, _FINE


def _scale(mask: Mask, factor: float) -> Mask:
    height, width = mask.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    grey = np.asarray(_image(mask).resize(size, Image.Resampling.BILINEAR))
    # Lines that become thinner than a pixel pale, but are not to break, and of specks something is to be left.
    return np.asarray(grey > min(127 * min(1.0, line_width(mask) * factor), int(grey.max()) - 1))


def _match_lines(mask: Mask, gain: float) -> Mask:
    """A fine mask with its lines in the wanted range, where a change by `gain` makes a change by 1 in the picture."""
    width = line_width(mask)
    if width < _THINNEST * _FINE:
        return thicken(mask, (_THINNEST * _FINE - width) / 2 / gain)
    return thin(mask, round((width - _THICKEST * _FINE) / 2 / gain))


def _place(ink: Mask, pixel: float, middle: NDArray[np.float64], steps: PreprocessSteps) -> NDArray[np.float64]:
    """Where in the ink's coordinates, x and y, the picture has its upper left corner."""
    if not steps.centre:
        return middle - SIDE / 2 * pixel
    corner = np.argwhere(ink).mean(0)[::-1] + 0.5 - MIDDLE * pixel
    left, top, right, bottom = ink_box(ink)
    # Ink far from its own middle, such as a line with a dot, stays inside all the same.
    inside: NDArray[np.float64] = np.clip(corner, np.array([right, bottom]) - SIDE * pixel, [left, top])
    return inside


def _sample(ink: Mask, corner: NDArray[np.float64], pixel: float, side: int) -> Picture:
    """A square of `side` pixels, each as large as `pixel` of the mask's, with its upper left corner at x, y."""
    # Black all around, since Pillow takes no box that reaches beyond the image.
    margin = SIDE * int(np.ceil(pixel))
    left, top = corner + margin
    box = (left, top, left + side * pixel, top + side * pixel)
    # Pillow widens the filter to the step of shrinking, so that no line falls between two pixels.
    small = _image(np.pad(ink, margin)).resize((side, side), Image.Resampling.BILINEAR, box=box)
    shades = np.asarray(small, np.float64)
    picture: Picture = np.rint(shades * (255 / max(shades.max(), 1))).astype(np.uint8)
    return picture


def _image(mask: Mask) -> Image.Image:
    return Image.fromarray(mask.astype(np.uint8) * np.uint8(255))
