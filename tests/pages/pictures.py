"""The pictures of a page, decoded from its HTML, with what is said of each."""

from __future__ import annotations

import base64
import io
import re
from html import unescape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image


class Tile(NamedTuple):
    """One picture of a sprite. label: what a screen reader says. caption: the text under it, tags taken out."""

    label: str
    caption: str
    pixels: NDArray[np.uint8]


def decode(address: str) -> NDArray[np.uint8]:
    """The pixels of an image whose data stand in its address."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition("base64,")[2]))))


def tiles(html: str) -> list[Tile]:
    """All pictures of all sprites, as a browser cuts them out."""
    return [tile for part in html.split("--sprite:url(")[1:] for tile in _cut(part)]


def _cut(html: str) -> list[Tile]:
    sheet = decode(html.partition(")")[0])
    columns, rows = (int(share) // 100 for share in re.search(r"--zoom:(\d+)% (\d+)%", html).groups())
    height, width = sheet.shape[0] // rows, sheet.shape[1] // columns
    found = []
    for figure in re.findall(r"<figure.*?</figure>", html):
        x, y = (float(share) / 100 for share in re.search(r"background-position:([\d.]+)% ([\d.]+)%", figure).groups())
        column, row = round(x * (columns - 1)), round(y * (rows - 1))
        pixels = sheet[row * height : (row + 1) * height, column * width : (column + 1) * width]
        label = unescape(re.search(r'aria-label="(.*?)"', figure)[1])
        caption = re.search(r"<figcaption>(.*?)</figcaption>", figure)
        found.append(Tile(label, unescape(re.sub("<.*?>", " ", caption[1])) if caption else "", pixels))
    return found
