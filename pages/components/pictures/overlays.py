"""Attributions and changes of pixels as colours over a pale print of the picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.ink.rendering import Picture
from pages.components.charts.palette import NEGATIVE, POSITIVE
from pages.components.pictures.signed import Pixels, rgb, signed_pixels

# Grey of the pale print, from 0 to 255. It shows on light and on dark pages.
_GREY = 128
# Opacity of full ink in the pale print.
_PALE = 0.4
# Quantile of the absolute values that gets the full colour. One strong pixel alone would make all others pale.
_SHOWN_QUANTILE = 0.99
# Opacity of a change that is not made yet.
_PENDING_OPACITY = 0.3


def attribution_pixels(picture: Picture, values: NDArray[np.floating]) -> Pixels:
    """Values (28, 28), blue above 0 and orange below, over the picture's ink: RGBA bytes (28, 28, 4)."""
    sizes = np.abs(values)
    limit = float(np.quantile(sizes, _SHOWN_QUANTILE)) or float(sizes.max())
    return _over(signed_pixels(values, limit), _pale(picture))


def change_pixels(
    picture: Picture, rows: NDArray[np.int64], columns: NDArray[np.int64], inks: NDArray[np.uint8], made: int
) -> Pixels:
    """Pixels that get ink in blue, those that lose it in orange, over the ink of `picture`: RGBA bytes (28, 28, 4).

    The first `made` of the changes are strong, the others pale.
    """
    colours = np.zeros((*picture.shape, 4), np.uint8)
    colours[rows, columns, :3] = np.where((inks > 0)[:, None], rgb(POSITIVE), rgb(NEGATIVE))
    colours[rows, columns, 3] = np.round(255 * np.where(np.arange(len(inks)) < made, 1.0, _PENDING_OPACITY))
    return _over(colours, _pale(picture))


def _pale(picture: Picture) -> Pixels:
    pixels = np.full((*picture.shape, 4), _GREY, np.uint8)
    pixels[..., 3] = np.round(_PALE * picture)
    return pixels


def _over(top: Pixels, bottom: Pixels) -> Pixels:
    """Two layers as one (Porter & Duff 1984)."""
    high, low = (layer[..., 3:] / 255 for layer in (top, bottom))
    alpha = high + low * (1 - high)
    colour = (top[..., :3] * high + bottom[..., :3] * low * (1 - high)) / np.where(alpha, alpha, 1)
    return np.concatenate([np.round(colour), np.round(255 * alpha)], axis=-1).astype(np.uint8)
