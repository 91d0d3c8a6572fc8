"""What can be measured on an image itself: how thick, slanted and large its writing is, its ink and its holes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images
from core.ink.line_width import line_width
from core.steps import Steps

# Images measured between two reports.
_CHUNK = 500

# By name, the values (N,) of N images; see the functions below.
Measures = dict[str, NDArray[np.float32]]


def measure_images(images: Images) -> Steps[Measures]:
    """Measure images (N, 28, 28) of light ink on black; yields the share done.

    thickness: mean line width in pixels. slant: in degrees, above 0 where the writing leans to the right.
    size: area of the box around the ink in pixels. ink: mean of all pixels, from 0 to 1.
    holes: parts of the background that the ink encloses.
    Ink is what reaches half of the image's lightest pixel. An image without any has zeros.
    """
    parts = []
    for start in range(0, len(images), _CHUNK):
        yield start / len(images)
        parts.append(_measure(images[start : start + _CHUNK]))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _measure(images: Images) -> Measures:
    masks = 2 * images.astype(np.int64) >= np.maximum(images.max((1, 2), keepdims=True), 1)
    values = {
        "thickness": [line_width(mask) for mask in masks],
        "slant": _slants(images),
        "size": _box_areas(masks),
        "ink": images.mean((1, 2)) / 255,
        "holes": [_count_holes(mask) for mask in masks],
    }
    return {name: np.asarray(each, np.float32) for name, each in values.items()}


def _slants(images: Images) -> NDArray[np.float64]:
    """By the second moments: how far the middle of the ink moves aside on the way up."""
    weights = images.astype(np.float64)
    total = np.maximum(weights.sum((1, 2)), 1)
    rows, columns = (np.arange(size) for size in images.shape[1:])
    middle_row = np.einsum("nrc,r->n", weights, rows) / total
    middle_column = np.einsum("nrc,c->n", weights, columns) / total
    up = middle_row[:, None] - rows
    aside = columns - middle_column[:, None]
    both = np.einsum("nrc,nr,nc->n", weights, up, aside)
    height = np.einsum("nrc,nr->n", weights, up**2)
    slants: NDArray[np.float64] = np.degrees(np.arctan(both / np.where(height > 0, height, 1)))
    return slants


def _box_areas(masks: NDArray[np.bool_]) -> NDArray[np.int64]:
    rows, columns = (_extents(np.any(masks, axis=axis)) for axis in (2, 1))
    return np.multiply(rows, columns)


def _extents(is_used: NDArray[np.bool_]) -> NDArray[np.int64]:
    """From the first to the last used place of each row (N, places), both included; 0 where none is."""
    first, last = is_used.argmax(1), is_used.shape[1] - is_used[:, ::-1].argmax(1)
    return np.where(is_used.any(1), last - first, 0)


def _count_holes(mask: NDArray[np.bool_]) -> int:
    # Importing SciPy takes some tenths of a second, which the start of the server is spared.
    from scipy import ndimage

    # With a border around it, all of the background outside is one part. Parts that touch at a corner alone are two,
    # since the ink between them is connected there.
    _, parts = ndimage.label(~np.pad(mask, 1))
    return int(parts) - 1
