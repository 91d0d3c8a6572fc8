"""Opening a picture that a reader gives: PNG or JPEG, checked before it is decoded, and made small at once.

The file's content says what it is, and its name must agree. The picture's size stands in the file's first bytes, so
that a picture too large is refused before it takes memory. Only one picture is decoded at a time.
"""

from __future__ import annotations

import io
import struct
import threading
import zlib
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.ExifTags import Base
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from core.errors import PhotoError

Photo = NDArray[np.uint8]

ENDINGS = ("png", "jpg", "jpeg")
MAX_MEGABYTES = 10
MAX_MEGAPIXELS = 40
# Pixels of the shorter side.
MIN_SIDE = 8
# The longer side by the shorter one.
MAX_ASPECT = 10
# Pixels of the longer side of an opened picture, at most.
SIDE = 1000

# Pixels. A picture whose longer side is shorter than this is enlarged to it, which keeps its soft edges in place.
_SMALL = 400

_PNG = "PNG"
_JPEG = "JPEG"
_KINDS = {"png": _PNG, "jpg": _JPEG, "jpeg": _JPEG}
# The first bytes of files, and what kind of file begins with them.
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPEG),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
)
# What Pillow raises where a file is damaged.
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
            raise PhotoError(
                "{name} is damaged or cut short: it cannot be read as a {kind} picture.", name=name, kind=kind
            ) from None


def _check_file(content: bytes, name: str) -> str:
    """What the file is by its content. Raises PhotoError."""
    if not content:
        raise PhotoError("{name} is empty (0 bytes). Allowed are PNG and JPEG pictures.", name=name)
    if len(content) > MAX_MEGABYTES * 1e6:
        raise PhotoError(
            "{name} has {size:.1f} MB; at most {limit} MB are read.",
            name=name,
            size=len(content) / 1e6,
            limit=MAX_MEGABYTES,
        )
    kind = _find_kind(content)
    if not kind:
        raise PhotoError("{name} is no picture. Allowed are PNG and JPEG pictures.", name=name)
    if kind not in (_PNG, _JPEG):
        raise PhotoError("{name} is a {kind} file. Allowed are PNG and JPEG pictures.", name=name, kind=kind)
    ending = PurePath(name).suffix.lstrip(".").lower()
    if _KINDS.get(ending) != kind:
        raise PhotoError(
            "{name} holds a {kind} picture, but its ending is “.{ending}”; give it the right one.",
            name=name,
            kind=kind,
            ending=ending,
        )
    return kind


def _find_kind(content: bytes) -> str:
    """What kind of file this is; empty when it is none of the known ones."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    if content[4:8] == b"ftyp":
        return "HEIC/AVIF"
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), "")


def _open(content: bytes, kind: str) -> ImageFile:
    # Image.open would warn of a large image before its size can be checked, and would take the several pictures in
    # some telephones' files for an animation.
    return PngImageFile(io.BytesIO(content)) if kind == _PNG else JpegImageFile(io.BytesIO(content))


def _check_image(image: ImageFile) -> None:
    width, height = image.size
    if width * height > MAX_MEGAPIXELS * 1e6:
        raise PhotoError(
            "The picture has {width:,}×{height:,} pixels, {megapixels:,.0f} megapixels; at most {limit} are read.",
            width=width,
            height=height,
            megapixels=width * height / 1e6,
            limit=MAX_MEGAPIXELS,
        )
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_ASPECT * min(width, height):
        raise PhotoError(
            "The picture has {width:,}×{height:,} pixels; each side needs at least {least}, "
            "and neither may be more than {aspect} times the other.",
            width=width,
            height=height,
            least=MIN_SIDE,
            aspect=MAX_ASPECT,
        )
    if getattr(image, "is_animated", False):
        raise PhotoError(
            "The picture is animated ({count} frames). Allowed are PNG and JPEG pictures that stand still.",
            count=getattr(image, "n_frames", 2),
        )


def _decode(image: ImageFile) -> Image.Image:
    # JPEG can be decoded at a half, a quarter or an eighth of its size.
    image.draft("RGB", (SIDE, SIDE))
    small = _shrink(image)
    _set_orientation(small, image.getexif())
    upright = _to_paper(ImageOps.exif_transpose(small))
    longer = max(upright.size)
    wanted = min(SIDE, max(longer, _SMALL))
    size = (max(1, round(upright.width * wanted / longer)), max(1, round(upright.height * wanted / longer)))
    return upright.resize(size, Image.Resampling.BILINEAR if wanted > longer else Image.Resampling.BOX)


def _shrink(image: Image.Image) -> Image.Image:
    """The picture at about the wanted size, made with little memory."""
    factor = max(1, max(image.size) // SIDE)
    if image.mode in ("L", "RGB", "CMYK"):
        return image.reduce(factor)
    if image.mode.startswith("I"):
        # Pillow would cut shades of 16 bits off at 255 instead of scaling them.
        shades = np.asarray(image)[::factor, ::factor] / 257
        return Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8))
    # Other modes cannot be averaged, or only in a copy of full size. So single pixels are picked, twice as many along
    # each side as are wanted.
    size = (max(1, 2 * image.width // factor), max(1, 2 * image.height // factor))
    return image.resize(min(size, image.size), Image.Resampling.NEAREST)


def _set_orientation(image: Image.Image, exif: Image.Exif) -> None:
    """Give an image the camera's orientation, and no other tag: others may be damaged, so that Pillow fails on them."""
    orientation = exif.get(Base.Orientation)
    tags = Image.Exif()
    tags[Base.Orientation] = orientation if orientation in range(1, 9) else 1
    image.info["exif"] = tags.tobytes()


def _to_paper(image: Image.Image) -> Image.Image:
    """The picture in colours. Transparent parts become white paper, or black paper where the ink is light."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    shades = image.convert("RGBA")
    alpha = np.asarray(shades)[..., 3]
    ink = np.asarray(shades.convert("L"))[alpha > 127]
    paper = 255 if not ink.size or ink.mean() < 128 else 0
    sheet = Image.new("RGBA", shades.size, (paper, paper, paper, 255))
    return Image.alpha_composite(sheet, shades).convert("RGB")
