"""The windows that a convolution or a pooling looks through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.anatomy.layers import Layer

Positions = NDArray[np.int64]


def padded(values: NDArray[np.floating], padding: tuple[int, int]) -> NDArray[np.float64]:
    """Maps (C, H, W) with zeros around them."""
    rows, columns = padding
    return np.pad(values.astype(np.float64), ((0, 0), (rows, rows), (columns, columns)))


def shifted(
    maps: NDArray[np.float64], row: int, column: int, stride: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.float64]:
    """A view on what stands in one place of the window, (C, *size), for all of its positions.

    maps (C, H, W): with their padding. row, column: the place in the window. size: rows and columns of positions.
    """
    height, width = size
    return maps[:, row : row + stride[0] * height : stride[0], column : column + stride[1] * width : stride[1]]


def window_places(layer: Layer) -> Iterator[tuple[tuple[int, int], Positions]]:
    """Each position of a window, and the rows and columns (n, 2) of the layer's input that it covers, padding left out.

    layer: a convolution or a pooling.
    """
    (top, left), (down, right), (height, width) = layer.pair("padding"), layer.pair("stride"), layer.kernel
    rows, columns = layer.input_shape[1:]
    for row, column in np.ndindex(*layer.output_shape[1:]):
        covered = np.indices((height, width)).reshape(2, -1).T + np.array([row * down - top, column * right - left])
        inside = (covered >= 0).all(1) & (covered < (rows, columns)).all(1)
        yield (row, column), covered[inside]
