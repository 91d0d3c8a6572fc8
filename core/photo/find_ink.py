"""Finding a handwritten digit in a photograph: dark or light ink, on grey paper, in uneven light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.ink.bitmap import ink_box
from core.ink.blobs import Blobs, find_blobs
from core.ink.line_width import Mask
from core.photo.even_light import Shades, contrast, even_light
from core.photo.flat_paper import ink_on_flat_paper

# Of the way from paper to the strongest ink: lines are what lies above the first, if they reach the second somewhere.
_MAYBE, _SURE = 0.35, 0.5
# Likewise on paper of one shade, where nothing else can be taken for a pale line.
_FLAT = 0.25
# Ink is at least this far from the paper, and so many standard deviations of the paper's noise.
_LEAST, _NOISE = 0.06, 5.0
_MAYBE_NOISE = 3.0
# The strongest ink is the median of this share of all pixels.
_STRONGEST = 0.0005
# Of a side of the photograph: smaller things are specks, if there is anything beside them.
_SMALLEST = 0.04
# Of the digit's longer side: smaller things are specks; things not farther away than the second belong to it.
_SPECK, _NEAR = 0.06, 0.2
# Of the way from paper to ink: what lies between is neither, and so is what lies as far on the other side; so much
# counts against a way to see a photograph.
_UNCLEAR, _AGAINST = (0.2, 0.6), 1.5
# What crosses the border may be a digit all the same if it covers so much of both sides, and less of the border.
_FILLS, _FRAME = 0.6, 0.3
# Pixels around what crosses the photograph's border that belong to it.
_HALO = 4


@dataclass(frozen=True)
class FoundInk:
    """What was found in a photograph (height, width).

    even: the photograph in even light, uint8, its paper white, or black where the ink is lighter than that.
    mask: the digit's ink.
    """

    even: NDArray[np.uint8]
    mask: Mask


@dataclass(frozen=True)
class _Finding:
    """One way to see a photograph. ink: how far each pixel is from the paper, 1 being the strongest ink.

    score: how much stands out, less what is neither paper nor ink.
    """

    ink: Shades
    mask: Mask
    light: bool
    score: float


def find_ink(grey: NDArray[np.uint8]) -> FoundInk | None:
    """The digit in a grey photograph (height, width); None where nothing stands out from the paper.

    Whether the ink is darker or lighter than the paper is decided by which of both explains more. What crosses the
    border, such as the edge of a sheet, is no digit unless it fills the photograph or there is nothing else. On paper
    of one very shade, which no camera sees, the largest thing is taken whole.
    """
    flat = ink_on_flat_paper(grey)
    if flat:
        return _find_largest(*flat)
    ways = [(sign * shades, sign > 0) for shades in even_light(grey) for sign in (-1, 1)]
    inside = [_judge(ink, mask, light) for ink, light in ways if (mask := _find_inside(ink)) is not None]
    anywhere = [_judge(ink, mask, light) for ink, light in ways if (mask := _find_anywhere(ink)) is not None]
    findings = inside + [finding for finding in anywhere if _may_fill(finding.mask)] or anywhere
    if not findings:
        return None
    best = max(findings, key=lambda finding: finding.score)
    return FoundInk(_even(best.ink, best.light), best.mask)


def _find_largest(ink: Shades, light: bool) -> FoundInk:
    """The largest thing on paper of one shade."""
    blobs = find_blobs(ink > _FLAT)
    mask = blobs.mask(_largest_group(blobs, blobs.peaks(ink) > _SURE))
    return FoundInk(_even(ink, light), mask)


def _even(ink: Shades, light: bool) -> NDArray[np.uint8]:
    share = np.clip(ink, 0, 1)
    return np.rint(255 * (share if light else 1 - share)).astype(np.uint8)


def _judge(ink: Shades, mask: Mask, light: bool) -> _Finding:
    relative = ink / np.float32(np.quantile(ink[mask], 0.9))
    unclear = ((relative > _UNCLEAR[0]) & (relative < _UNCLEAR[1])) | (relative < -_UNCLEAR[0])
    # A little strong ink is more than a wide shadow.
    explained = (contrast(ink[mask]) if light else ink[mask]).astype(np.float64) ** 3
    return _Finding(relative, mask, light, float(explained.sum() / mask.size - _AGAINST * unclear.mean()))


def _find_inside(ink: Shades) -> Mask | None:
    """The largest thing that does not cross the border; None when there is none larger than a speck."""
    level = _strongest(ink)
    if level is None:
        return None
    blobs = find_blobs(ink > _least_ink(level, _noise(ink)))
    border = Image.fromarray(blobs.mask(_crosses_border(blobs)).astype(np.uint8) * np.uint8(255))
    mask = _find_anywhere(np.where(np.asarray(border.filter(ImageFilter.BoxBlur(_HALO))), 0, ink))
    return mask if mask is not None and _extent(mask).max() >= _SMALLEST else None


def _find_anywhere(ink: Shades) -> Mask | None:
    """The largest thing; None when nothing stands out."""
    level = _strongest(ink)
    if level is None:
        return None
    blobs = find_blobs(ink > _least_ink(level, _noise(ink)))
    return blobs.mask(_largest_group(blobs, blobs.peaks(ink) > _SURE * level))


def _extent(mask: Mask) -> NDArray[np.float64]:
    """The sides of the ink's box, x and y, as shares of the photograph's."""
    left, top, right, bottom = ink_box(mask)
    height, width = mask.shape
    return np.array([(right - left) / width, (bottom - top) / height])


def _may_fill(mask: Mask) -> bool:
    """Whether this may be a digit that was cut out too closely; the frame that a table makes is none."""
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return bool(_extent(mask).min() >= _FILLS and border.mean() < _FRAME)


def _strongest(ink: Shades) -> float | None:
    """How far the strongest ink is from the paper; None when that is nothing."""
    count = max(1, round(ink.size * _STRONGEST))
    level = float(np.median(np.partition(ink.ravel(), -count)[-count:]))
    return level if level >= max(_LEAST, _NOISE * _noise(ink)) else None


def _least_ink(level: float, noise: float) -> float:
    return max(_MAYBE * level, _MAYBE_NOISE * noise)


def _noise(ink: Shades) -> float:
    """The standard deviation of the paper, which is most of the photograph, as of a bell curve."""
    return 1.4826 * float(np.median(np.abs(ink)))


def _crosses_border(blobs: Blobs) -> Mask:
    height, width = blobs.shape
    low, high = blobs.boxes[:, :2], blobs.boxes[:, 2:]
    return cast(Mask, (low == 0).any(1) | (high == np.array([width, height])).any(1))


def _largest_group(blobs: Blobs, sure: Mask) -> Mask:
    """The largest of the parts that are surely ink, with those beside it, as true values, (n,)."""
    extents = np.where(sure, (blobs.boxes[:, 2:] - blobs.boxes[:, :2]).max(1), 0)
    chosen: Mask = extents == extents.max()
    fit = extents >= _SPECK * extents.max()
    while True:
        low, high = blobs.boxes[chosen, :2].min(0), blobs.boxes[chosen, 2:].max(0)
        gaps = np.maximum(low - blobs.boxes[:, 2:], blobs.boxes[:, :2] - high).max(1)
        grown = chosen | (fit & (gaps <= _NEAR * (high - low).max()))
        if (grown == chosen).all():
            return chosen
        chosen = grown
