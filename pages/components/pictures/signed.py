"""Signed numbers as colours: blue above 0, orange below. The further from 0, the stronger the colour."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.components.charts.palette import NEGATIVE, POSITIVE

# `POSITIVE` and `NEGATIVE` on a dark page, where a pale colour is one near to black.
_ON_DARK = ("#6db8ff", "#ff9a3d")

Pixels = NDArray[np.uint8]
# Of numbers above and below 0.
Colours = tuple[str, str]


def signed_colours() -> Colours:
    """The colours above and below 0 on the page as the visitor has it, light or dark."""
    is_dark = st.context.theme.type == "dark"
    return _ON_DARK if is_dark else (POSITIVE, NEGATIVE)


def largest(values: NDArray[np.floating]) -> float:
    """The largest absolute value; 0 for no values."""
    return float(np.abs(values).max(initial=0.0))


def signed_pixels(values: NDArray[np.floating], limit: float, colours: Colours = (POSITIVE, NEGATIVE)) -> Pixels:
    """Numbers of any shape as RGBA bytes (…, 4). 0 is transparent, an absolute value of `limit` or more is opaque.

    So 0 has the colour of the page, light or dark.
    """
    strength = np.clip(np.abs(values) / (limit or 1.0), 0, 1)
    pixels = np.empty((*values.shape, 4), np.uint8)
    positive, negative = colours
    pixels[..., :3] = np.where((values > 0)[..., None], rgb(positive), rgb(negative))
    pixels[..., 3] = np.round(255 * strength)
    return pixels


def rgb(colour: str) -> tuple[int, int, int]:
    """A colour such as "#3b82f6" as three bytes."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def as_cells(values: NDArray[np.floating], columns: int) -> NDArray[np.floating]:
    """A row of numbers (N,) broken into rows of `columns`, with zeros at the end: (rows, columns)."""
    columns = min(columns, len(values))
    rows = -(-len(values) // columns)
    cells = np.zeros(rows * columns, values.dtype)
    cells[: len(values)] = values
    return cells.reshape(rows, columns)
