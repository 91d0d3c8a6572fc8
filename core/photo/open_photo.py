"""Opening a picture that a reader gives: PNG or JPEG, checked before it is decoded, and made small at once.

What the file is, its content says; its name must agree. The size stands in the file's first bytes, so that an image
too large costs no memory. One image is decoded at a time, whoever sends how many.
"""

from __future__ import annotations

import io
import struct
import threading
import zlib
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ExifTags import Base
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from core.errors import PhotoError

Photo = NDArray[np.uint8]

ENDINGS = ("png", "jpg", "jpeg")
MAX_MEGABYTES = 10
MAX_MEGAPIXELS = 40
MIN_SIDE = 8
MAX_ASPECT = 10

# The longer side that a picture is brought to; a small one is enlarged, so that its soft edges stay where they are.
SIDE, _SMALL = 1000, 400

_PNG, _JPEG = "PNG", "JPEG"
_ALLOWED = "Allowed are PNG and JPEG pictures"
_NAMES = {"png": _PNG, "jpg": _JPEG, "jpeg": _JPEG}
# The first bytes of files, and what they are. Of others it is said that they are no picture.
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPEG),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
)
# What has to be done to an image for each way in which a camera was held.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises where a file is not as it should be.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, zlib.error)

_one_at_a_time = threading.Lock()


def open_photo(content: bytes, name: str) -> Photo:
    """The picture in a file's content, upright, uint8 (height, width, 3), its longer side at most `SIDE` pixels.

    Transparent parts become paper. Raises PhotoError, which names what is wrong and what is allowed.
    """
    kind = _check_file(content, name)
    with _one_at_a_time:
        try:
            image = _open(content, kind)
            _check_image(image)
            return np.asarray(_decode(image))
        except _BROKEN:
            raise PhotoError(f"{name} is damaged or cut short: it cannot be read as a {kind} picture.") from None


def _check_file(content: bytes, name: str) -> str:
    """What the file is by its content. Raises PhotoError."""
    if not content:
        raise PhotoError(f"{name} is empty (0 bytes). {_ALLOWED}.")
    if len(content) > MAX_MEGABYTES * 1e6:
        raise PhotoError(f"{name} has {len(content) / 1e6:.1f} MB; at most {MAX_MEGABYTES} MB are read.")
    kind = _tell_kind(content)
    if kind not in (_PNG, _JPEG):
        raise PhotoError(f"{name} is {f'a {kind} file' if kind else 'no picture'}. {_ALLOWED}.")
    ending = PurePath(name).suffix.lstrip(".").lower()
    if _NAMES.get(ending) != kind:
        raise PhotoError(f"{name} holds a {kind} picture, but its ending is “.{ending}”; give it the right one.")
    return kind


def _tell_kind(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    if content[4:8] == b"ftyp":
        return "HEIC or AVIF"
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), "")


def _open(content: bytes, kind: str) -> ImageFile:
    # Not by Image.open, which warns of large images before their size can be looked at, and takes the first picture
    # of a telephone's several for an animation.
    return PngImageFile(io.BytesIO(content)) if kind == _PNG else JpegImageFile(io.BytesIO(content))


def _check_image(image: ImageFile) -> None:
    width, height = image.size
    if width * height > MAX_MEGAPIXELS * 1e6:
        raise PhotoError(
            f"The picture has {width:,}×{height:,} pixels, {width * height / 1e6:,.0f} megapixels; "
            f"at most {MAX_MEGAPIXELS} are read."
        )
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_ASPECT * min(width, height):
        raise PhotoError(
            f"The picture has {width:,}×{height:,} pixels; each side needs at least {MIN_SIDE}, "
            f"and neither may be more than {MAX_ASPECT} times the other."
        )
    if getattr(image, "is_animated", False):
        frames = getattr(image, "n_frames", 2)
        raise PhotoError(f"The picture is animated ({frames} frames). {_ALLOWED} that stand still.")


def _decode(image: ImageFile) -> Image.Image:
    # JPEG can be decoded at a half, a quarter or an eighth of its size.
    image.draft("RGB", (SIDE, SIDE))
    turn = _TURNS.get(image.getexif().get(Base.Orientation, 1))
    small = _to_paper(_shrink(image))
    upright = small if turn is None else small.transpose(turn)
    longer = max(upright.size)
    wanted = min(SIDE, max(longer, _SMALL))
    size = (max(1, round(upright.width * wanted / longer)), max(1, round(upright.height * wanted / longer)))
    return upright.resize(size, Image.Resampling.BILINEAR if wanted > longer else Image.Resampling.BOX)


def _shrink(image: Image.Image) -> Image.Image:
    """About the size wanted, with little memory."""
    factor = max(1, max(image.size) // SIDE)
    if image.mode in ("L", "RGB", "CMYK"):
        return image.reduce(factor)
    if image.mode.startswith("I"):
        # 16 bits, which Pillow would not scale to 8 but cut off.
        shades = np.asarray(image)[::factor, ::factor] / 257
        return Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8))
    # The others take a copy in full size, or cannot be mixed; so single pixels are picked, more than are wanted.
    size = (max(1, 2 * image.width // factor), max(1, 2 * image.height // factor))
    return image.resize(min(size, image.size), Image.Resampling.NEAREST)


def _to_paper(image: Image.Image) -> Image.Image:
    """In colours, what is transparent being paper as unlike the ink as can be."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    shades = image.convert("RGBA")
    alpha = np.asarray(shades)[..., 3]
    ink = np.asarray(shades.convert("L"))[alpha > 127]
    paper = 255 if not ink.size or ink.mean() < 128 else 0
    sheet = Image.new("RGBA", shades.size, (paper, paper, paper, 255))
    return Image.alpha_composite(sheet, shades).convert("RGB")
