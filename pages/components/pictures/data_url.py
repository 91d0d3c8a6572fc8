"""Addresses of pictures, with the data in them."""

from __future__ import annotations

import base64
import io

from PIL import Image

from pages.components.pictures.signed import Pixels


def data_url(kind: str, content: bytes) -> str:
    """The address of a file's content. kind: its media type, such as image/png."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def png_url(pixels: Pixels) -> str:
    """The address of a picture, uint8 (height, width) in grey or (height, width, 3 or 4) in RGB or RGBA, as a PNG."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return data_url("image/png", file.getvalue())
