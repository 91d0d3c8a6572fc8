"""A picture from a file or the camera, with the box around what was found in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.photo.open_photo import Photo
from core.uncertainty.prediction import Verdict
from pages.components.charts.palette import CHOSEN, VALIDATION, WRONG
from pages.components.draw.canvas.canvas import SIDE
from pages.components.pictures.data_url import data_url
from pages.components.pictures.picture_html import box_outline, svg_url

# Pixels of the longer side: twice the size on the page, for screens of high resolution.
_SHOWN = 2 * SIDE
# CSS pixels between the ink and the box around it.
_AROUND = 4
# The same of one of several digits, which may stand close to each other.
_AROUND_EACH = 1.5
# Size of what is read at a box, and height of its label.
_FONT, _LABEL = 13, 14
# Of a box, and of what is read there, which stands on a dark label.
_COLOURS: dict[Verdict, str] = {"digit": CHOSEN, "unsure": VALIDATION, "none": WRONG}
_TEXT_COLOURS: dict[Verdict, str] = {"digit": "#ffffff", "unsure": "#fbbf24", "none": "#fca5a5"}

_STYLE = """
<style>
.lab-photo { margin: 0; }
.lab-photo img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: 0.6rem;
  background: color-mix(in srgb, currentColor 6%, transparent); }
.lab-photo figcaption { margin-top: 0.5rem; font-size: 0.9rem; opacity: 0.75; overflow-wrap: anywhere; }
</style>
"""


@dataclass(frozen=True)
class BoxMark:
    """A digit's box in pixels of the photograph, with what is read there, and whether it is looked at closer."""

    box: Sequence[float]
    text: str
    verdict: Verdict
    is_chosen: bool


def photo_url(
    photo: Photo,
    box: Sequence[float] | None = None,
    part: Sequence[float] | None = None,
    marks: Sequence[BoxMark] = (),
) -> str:
    """The address of an image of the photograph, square.

    photo: (height, width, 3), or (height, width) in grey. All boxes are left, top, right, bottom in its pixels.
    box: of a single thing in it. part: what is read; all around it is shown pale. marks: of several digits.
    """
    image = Image.fromarray(photo)
    scale = min(1.0, _SHOWN / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    side = max(width, height)
    left, top = (side - width) / 2, (side - height) / 2
    # Coordinates of what is drawn over the photograph: as on the canvas, whatever the image's side.
    unit = side / SIDE
    over = _around(part, photo.shape, scale / unit) if part is not None else ""
    if box is not None:
        over += _outline(np.array(box) * scale / unit)
    # The chosen digit's box lies on top.
    ordered = sorted(marks, key=lambda mark: mark.is_chosen)
    over += "".join(_mark(mark, np.array(mark.box) * scale / unit, width / unit) for mark in ordered)
    content = f'<image href="{_jpeg_url(photo, (width, height))}" width="{width}" height="{height}"/>'
    if over:
        content += f'<g transform="scale({unit:.4f})">{over}</g>'
    return svg_url(content, (-left, -top, side, side))


@lru_cache(maxsize=8)
def _encode(content: bytes, shape: tuple[int, ...], size: tuple[int, int]) -> str:
    file = io.BytesIO()
    image = Image.fromarray(np.frombuffer(content, np.uint8).reshape(shape))
    image.resize(size, Image.Resampling.BOX).save(file, "JPEG", quality=80)
    return data_url("image/jpeg", file.getvalue())


def _jpeg_url(photo: Photo, size: tuple[int, int]) -> str:
    # The same photograph is shown again and again, with other boxes.
    return _encode(photo.tobytes(), photo.shape, size)


def _outline(box: NDArray[np.float64]) -> str:
    """The box a little outside of the ink."""
    return box_outline((box + np.array([-1, -1, 1, 1]) * _AROUND).tolist())


def _around(part: Sequence[float], shape: tuple[int, ...], scale: float) -> str:
    """A veil over all that is not read."""
    (height, width), (left, top, right, bottom) = np.array(shape[:2]) * scale, np.array(part) * scale
    hole = f"M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}V{top:.1f}Z"
    return (
        f'<path d="M0 0H{width:.1f}V{height:.1f}H0Z{hole}" fill="#000" fill-opacity="0.55" fill-rule="evenodd"/>'
        f'<path d="{hole}" stroke="#f59e0b" stroke-width="1.5" stroke-dasharray="5 4"/>'
    )


def _mark(mark: BoxMark, box: NDArray[np.float64], right_end: float) -> str:
    """A box and, on a dark label at its upper left corner, what is read there."""
    left, top, right, bottom = (box + np.array([-1, -1, 1, 1]) * _AROUND_EACH).tolist()
    colour = _COLOURS[mark.verdict]
    line = 2.5 if mark.is_chosen else 1.2
    rect = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="2" '
        f'stroke="{colour}" stroke-width="{line}"/>'
    )
    if not mark.text:
        return rect
    # Above the box, or in it where there is no room.
    x = min(left, right_end - _LABEL)
    y = top - _LABEL if top >= _LABEL else top
    return (
        f'{rect}<rect x="{x:.1f}" y="{y:.1f}" width="{_LABEL * 0.8:.1f}" height="{_LABEL}" rx="2" fill="#111827" '
        f'stroke="{colour}" stroke-width="{line / 2}"/>'
        f'<text x="{x + _LABEL * 0.4:.1f}" y="{y + _LABEL * 0.82:.1f}" fill="{_TEXT_COLOURS[mark.verdict]}" '
        f'font-family="sans-serif" font-size="{_FONT}" font-weight="700" text-anchor="middle">'
        f"{escape(mark.text)}</text>"
    )


def photo_html(origin: str, name: str) -> str:
    """The picture at the address `origin` and its file's name."""
    return (
        f'{_STYLE}<figure class="lab-photo"><img src="{origin}" alt=""><figcaption>{escape(name)}</figcaption></figure>'
    )
