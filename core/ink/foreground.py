"""The foreground of a mask: its bounding box and its connected components.

Masks are bool (height, width), true where a pixel belongs to the foreground: ink, or a piece of clothing. Boxes are
left, top, right, bottom in pixels, right and bottom being the first column and row outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

_Value = TypeVar("_Value", bound=np.generic)


@dataclass(frozen=True)
class Components:
    """The n connected components of a mask (height, width); pixels that touch at a corner are connected.

    labels: for each pixel 1 + the index of its component, 0 in the background, int (height, width).
    boxes: of the components, int (n, 4). areas: in pixels, int (n,).
    """

    labels: NDArray[np.int32]
    boxes: NDArray[np.int64]
    areas: NDArray[np.int64]

    def mask(self, chosen: Mask) -> Mask:
        """The mask (height, width) of those components for which `chosen`, (n,), is true."""
        return np.append(False, chosen)[self.labels]

    def peaks(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """The greatest of the values, (height, width), in each component, (n,)."""
        foreground = self.labels > 0
        peaks = np.full(len(self.areas), -np.inf)
        np.maximum.at(peaks, self.labels[foreground] - 1, values[foreground])
        return peaks


def connected_components(mask: Mask) -> Components:
    """The connected components of a mask (height, width)."""
    # Importing SciPy takes some tenths of a second, which the start of the server is spared.
    from scipy import ndimage

    labels, count = ndimage.label(mask, np.ones((3, 3)))
    slices = ndimage.find_objects(labels)
    boxes = [(columns.start, rows.start, columns.stop, rows.stop) for rows, columns in slices]
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    return Components(labels, np.array(boxes, np.int64).reshape(count, 4), areas)


def foreground_box(mask: Mask) -> tuple[int, int, int, int]:
    """The bounding box of a mask's foreground, of which there must be some."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def border_pixels(pixels: NDArray[_Value]) -> NDArray[_Value]:
    """The outermost pixels of a picture or mask (height, width), each once, (n,)."""
    return pixels[border_mask(pixels.shape)]


def border_mask(shape: tuple[int, ...], width: int = 1) -> Mask:
    """The mask (height, width) of a border that many pixels wide."""
    mask = np.ones(shape, bool)
    mask[width:-width, width:-width] = False
    return mask
