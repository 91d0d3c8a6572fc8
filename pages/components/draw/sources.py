"""The ways to give a network something to read. To add one: write a file with its function and add an entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.runs.record import RunRecord
from pages.components.draw.source.dataset_image import choose_test_image
from pages.components.draw.source.drawing import choose_drawing
from pages.components.draw.source.photo import choose_camera, choose_upload
from pages.components.draw.source.pixels import choose_pixels
from pages.components.draw.subject import Subject


@dataclass(frozen=True)
class Source:
    """A way to give a picture.

    choose: draws what is needed for it, 280 pixels wide; returns the picture, or None while there is none.
    hint: what to do, said while there is no picture yet.
    digits_only: whether it is of no use to a network for clothes.
    """

    title: str
    icon: str
    hint: str
    choose: Callable[[RunRecord], Subject | None]
    digits_only: bool = False


# By the name that stands in the page's address.
SOURCES = {
    "canvas": Source(
        "Draw",
        ":material/draw:",
        "Draw a digit from 0 to 9, or several side by side, in the black square: with mouse, pen or finger.",
        choose_drawing,
        digits_only=True,
    ),
    "upload": Source("Upload", ":material/upload:", "Give it a picture: PNG or JPEG.", choose_upload),
    "camera": Source("Camera", ":material/photo_camera:", "Take a photograph.", choose_camera),
    "test": Source("Test image", ":material/image:", "Choose a test image.", choose_test_image),
    "pixels": Source(
        "Pixels",
        ":material/grid_4x4:",
        "Paint pixels with mouse or finger, or go there by Tab and paint with the keys.",
        choose_pixels,
    ),
}
