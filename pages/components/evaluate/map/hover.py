"""The image of the point under the pointer: a script cuts it out of one sheet of all test images."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from core.data.datasets import Images
from pages.components.data.images_in_memory import load_test_images
from pages.components.pictures.data_url import data_url
from pages.components.pictures.signed import Pixels
from pages.components.shell.component import Component

_KEY = "map_hover"
_COMPONENT = Component("mnist_lab_map_hover", Path(__file__).parent / "web" / "hover.js", is_hidden=True)
# Images in a row of the sheet. WebP allows 16,383 pixels a side.
_COLUMNS = 100
# Of the sheet's compression, from 0 to 100: 10,000 images take 1.2 to 1.5 MB.
_QUALITY = 40


def show_images_of_points(dataset: str, root: Path, plots: str) -> None:
    """Show the test image of the point under the pointer, on plots that the CSS selector `plots` finds.

    Each point's `customdata` is the index of its image. A page calls it outside of all fragments. Raises DataError.
    """
    side = load_test_images(dataset, root).images.shape[1]
    data = {"sheet": _sheet_url(dataset, root), "side": side, "columns": _COLUMNS, "plots": plots}
    _COMPONENT(key=_KEY, data=data)


def make_sheet(images: Images) -> Pixels:
    """Images (N, side, side) in rows of a hundred: (rows · side, 100 · side)."""
    count, side, _ = images.shape
    rows = math.ceil(count / _COLUMNS)
    cells = np.zeros((rows * _COLUMNS, side, side), np.uint8)
    cells[:count] = images
    return cells.reshape(rows, _COLUMNS, side, side).swapaxes(1, 2).reshape(rows * side, _COLUMNS * side)


@st.cache_resource(max_entries=3, show_spinner=False)
def _sheet_url(dataset: str, root: Path) -> str:
    file = io.BytesIO()
    Image.fromarray(make_sheet(load_test_images(dataset, root).images)).save(file, "WEBP", quality=_QUALITY, method=0)
    return data_url("image/webp", file.getvalue())
