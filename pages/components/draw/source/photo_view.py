"""A picture from a file or the camera, with the box around what was found in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.photo.open_photo import Photo
from pages.components.draw.canvas.canvas import SIDE
from pages.components.pictures.data_url import data_url
from pages.components.pictures.picture_html import box_outline, svg_url

# Pixels of the longer side: twice the size on the page, for screens of high resolution.
_SHOWN = 2 * SIDE
# CSS pixels between the ink and the box around it.
_AROUND = 4

_STYLE = """
<style>
.lab-photo { margin: 0; }
.lab-photo img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: 0.6rem;
  background: color-mix(in srgb, currentColor 6%, transparent); }
.lab-photo figcaption { margin-top: 0.5rem; font-size: 0.9rem; opacity: 0.75; overflow-wrap: anywhere; }
</style>
"""


def photo_url(photo: Photo, box: Sequence[float] | None = None) -> str:
    """The address of an image of the photograph, square, with a box: left, top, right, bottom.

    photo: (height, width, 3), or (height, width) in grey.
    """
    image = Image.fromarray(photo)
    scale = min(1.0, _SHOWN / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    file = io.BytesIO()
    image.resize((width, height), Image.Resampling.BOX).save(file, "JPEG", quality=80)
    side = max(width, height)
    left, top = (side - width) / 2, (side - height) / 2
    content = f'<image href="{data_url("image/jpeg", file.getvalue())}" width="{width}" height="{height}"/>'
    if box is not None:
        content += _outline(np.array(box) * scale, side)
    return svg_url(content, (-left, -top, side, side))


def _outline(box: NDArray[np.float64], side: int) -> str:
    """The box a little outside of the ink, its line as thick as on the canvas, whatever the image's side."""
    unit = side / SIDE
    shown = box / unit + np.array([-1, -1, 1, 1]) * _AROUND
    return f'<g transform="scale({unit:.4f})">{box_outline(shown.tolist())}</g>'


def photo_html(origin: str, name: str) -> str:
    """The picture at the address `origin` and its file's name."""
    return (
        f'{_STYLE}<figure class="lab-photo"><img src="{origin}" alt=""><figcaption>{escape(name)}</figcaption></figure>'
    )
