"""Finding handwriting in a photograph: dark or light ink, on grey paper, in uneven light.

Ink is found by two thresholds (hysteresis, as in J. Canny, "A computational approach to edge detection", 1986): pixels
above the lower one form connected components, and a component counts if it exceeds the upper one somewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.ink.foreground import Components, Mask, border_pixels, connected_components, foreground_box
from core.photo.even_light import Shades, contrast, even_light
from core.photo.flat_paper import ink_on_flat_paper

# Distances of a pixel from the paper, as shares of the strongest ink's distance.
# Lower threshold.
_LOWER = 0.35
# Lower threshold on paper of one shade, where nothing but ink differs from the paper.
_LOWER_ON_FLAT_PAPER = 0.25
# Upper threshold.
_UPPER = 0.5

# Distances of a pixel from the paper, as shares of the paper's shade.
# The strongest ink must be at least this far from the paper.
_LEAST_INK = 0.06

# Distances of a pixel from the paper, in standard deviations of the paper's noise.
# The strongest ink must be at least this far from the paper.
_LEAST_INK_BY_NOISE = 5.0
# The lower threshold is at least this high.
_LOWER_BY_NOISE = 3.0

# Share of all pixels whose median is taken for the strongest ink.
_STRONGEST = 0.0005
# Share of a side of the photograph. A digit inside the photograph is at least this long in one direction.
_SMALLEST_DIGIT = 0.04
# Share of the digit's longer side. A component shorter than this is a speck.
_SPECK = 0.06
# Longer sides of a digit. A component that is wider than the first and lower than the second is a rule.
_LONG, _THIN = 3.0, 0.25
# Height by width of a component. What is flatter is certainly no digit.
_FLAT = 0.1
# Longer sides of a digit. A higher component is a frame or a margin's line.
_HIGH = 4.0
# A component is a frame if several others are within its box that have this share of its longer side. As many of the
# largest components as the second says are looked at.
_ENCLOSED, _FRAMES = 0.08, 4
# A pixel is neither paper nor ink if it lies between these two shares of the way from paper to ink, or as far as the
# first on the other side of the paper.
_UNCLEAR = (0.2, 0.6)
# How much the share of unclear pixels counts against a way to see the photograph.
_UNCLEAR_WEIGHT = 1.5
# A component that crosses the border may be a digit if its box covers this share of both sides of the photograph ...
_FILLS = 0.6
# ... and if it covers less than this share of the border.
_MOST_OF_BORDER = 0.3
# Pixels around what crosses the photograph's border that are left out together with it.
_HALO = 4


@dataclass(frozen=True)
class FoundInk:
    """What was found in a photograph (height, width).

    even: the photograph in even light, uint8, its paper white, or black where the ink is lighter than the paper.
    mask: the ink that may be of digits.
    """

    even: NDArray[np.uint8]
    mask: Mask


@dataclass(frozen=True)
class _Finding:
    """The writing in one way to see the photograph: with one guess of the paper's shade, and with dark or light ink.

    ink: how far each pixel is from the paper, 1 being the strongest ink. mask: the ink that may be of digits.
    is_light: whether the ink is lighter than the paper.
    score: how much ink stands out from the paper, less a penalty for pixels that are neither.
    """

    ink: Shades
    mask: Mask
    is_light: bool
    score: float


def find_ink(grey: NDArray[np.uint8]) -> FoundInk | None:
    """The writing in a grey photograph (height, width); None where nothing stands out from the paper.

    Dark and light ink are both tried, and the one with the higher score is taken. What crosses the border, such as
    the edge of a sheet, is left out unless it fills the photograph or there is nothing else; so are specks, rules and
    frames. In a picture whose paper has one shade, which no camera gives, nothing is left out at the border.
    """
    flat = ink_on_flat_paper(grey)
    if flat:
        return _find_on_flat_paper(*flat)
    ways = [(sign * shades, sign > 0) for shades in even_light(grey) for sign in (-1, 1)]
    inside = [_judge(ink, mask, light) for ink, light in ways if (mask := _find_inside(ink)) is not None]
    anywhere = [_judge(ink, mask, light) for ink, light in ways if (mask := _find_anywhere(ink)) is not None]
    findings = inside + [finding for finding in anywhere if _may_fill(finding.mask)] or anywhere
    if not findings:
        return None
    best = max(findings, key=lambda finding: finding.score)
    return FoundInk(_to_bytes(best.ink, best.is_light), best.mask)


def _find_on_flat_paper(ink: Shades, is_light: bool) -> FoundInk:
    components = connected_components(ink > _LOWER_ON_FLAT_PAPER)
    return FoundInk(_to_bytes(ink, is_light), _writing(components, components.peaks(ink) > _UPPER))


def _to_bytes(ink: Shades, is_light: bool) -> NDArray[np.uint8]:
    share = np.clip(ink, 0, 1)
    return np.rint(255 * (share if is_light else 1 - share)).astype(np.uint8)


def _judge(ink: Shades, mask: Mask, is_light: bool) -> _Finding:
    relative = ink / np.float32(np.quantile(ink[mask], 0.9))
    unclear = ((relative > _UNCLEAR[0]) & (relative < _UNCLEAR[1])) | (relative < -_UNCLEAR[0])
    # The third power lets a little strong ink count more than a wide shadow.
    explained = (contrast(ink[mask]) if is_light else ink[mask]).astype(np.float64) ** 3
    score = float(explained.sum() / mask.size - _UNCLEAR_WEIGHT * unclear.mean())
    return _Finding(relative, mask, is_light, score)


def _find_inside(ink: Shades) -> Mask | None:
    """The writing that does not cross the border; None when it is only a speck."""
    from scipy import ndimage

    level = _strongest(ink)
    if level is None:
        return None
    components = connected_components(ink > _lower_threshold(level, _noise(ink)))
    crossing = components.mask(_crosses_border(components))
    around = ndimage.maximum_filter(crossing, 2 * _HALO + 1)
    mask = _find_anywhere(np.where(around, 0, ink))
    return mask if mask is not None and _extent(mask).max() >= _SMALLEST_DIGIT else None


def _find_anywhere(ink: Shades) -> Mask | None:
    """All the writing; None when nothing stands out."""
    level = _strongest(ink)
    if level is None:
        return None
    components = connected_components(ink > _lower_threshold(level, _noise(ink)))
    return _writing(components, components.peaks(ink) > _UPPER * level)


def _extent(mask: Mask) -> NDArray[np.float64]:
    """The sides of the ink's box, x and y, as shares of the photograph's."""
    left, top, right, bottom = foreground_box(mask)
    height, width = mask.shape
    return np.array([(right - left) / width, (bottom - top) / height])


def _may_fill(mask: Mask) -> bool:
    """Whether this may be a digit in a closely cut photograph, and not a frame such as the table around a sheet."""
    return bool(_extent(mask).min() >= _FILLS and border_pixels(mask).mean() < _MOST_OF_BORDER)


def _strongest(ink: Shades) -> float | None:
    """How far the strongest ink is from the paper; None when that is too little for ink."""
    count = max(1, round(ink.size * _STRONGEST))
    level = float(np.median(np.partition(ink.ravel(), -count)[-count:]))
    return level if level >= max(_LEAST_INK, _LEAST_INK_BY_NOISE * _noise(ink)) else None


def _lower_threshold(level: float, noise: float) -> float:
    return max(_LOWER * level, _LOWER_BY_NOISE * noise)


def _noise(ink: Shades) -> float:
    """The standard deviation of the paper's noise: 1.4826 times the median absolute deviation, as for a Gaussian.

    The paper is most of the photograph, so that the ink hardly matters.
    """
    return 1.4826 * float(np.median(np.abs(ink)))


def _crosses_border(components: Components) -> Mask:
    height, width = components.labels.shape
    low, high = components.boxes[:, :2], components.boxes[:, 2:]
    return cast(Mask, (low == 0).any(1) | (high == np.array([width, height])).any(1))


def _writing(components: Components, is_ink: Mask) -> Mask:
    """The mask of the components for which `is_ink`, (n,), is true, without specks, rules and frames."""
    wide, high = (components.boxes[:, 2:] - components.boxes[:, :2]).T
    extents = np.where(is_ink, np.maximum(wide, high), 0)
    extents[_encloses_others(components.boxes, extents)] = 0
    # Many specks do not weigh as much as a digit, and a rule weighs nothing.
    size = _digit_size(extents, components.areas * extents * (high >= _FLAT * wide))
    is_rule = (wide > _LONG * size) & (high < _THIN * size)
    return components.mask((extents >= max(1, _SPECK * size)) & ~is_rule & (high <= _HIGH * size))


def _encloses_others(boxes: NDArray[np.int64], extents: NDArray[np.int64]) -> Mask:
    """Whether a component (n,) has several others within its box that are not much smaller, as a frame has."""
    frames = np.zeros(len(boxes), bool)
    # Only the few largest can be frames.
    for index in np.argsort(extents)[-_FRAMES:]:
        inside = (boxes[:, :2] > boxes[index, :2]).all(1) & (boxes[:, 2:] < boxes[index, 2:]).all(1)
        frames[index] = np.count_nonzero(inside & (extents >= _ENCLOSED * extents[index])) > 1
    return frames


def _digit_size(extents: NDArray[np.int64], weights: NDArray[np.int64]) -> float:
    """About the longer side of a digit: the median of the components' longer sides (n,), weighted."""
    order = np.argsort(extents, kind="stable")
    sums = np.cumsum(np.where(extents[order] > 0, weights[order], 0))
    return float(extents[order][np.searchsorted(sums, max(1, sums[-1] / 2))]) if sums[-1] else float(extents.max())
