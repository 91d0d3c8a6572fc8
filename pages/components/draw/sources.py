"""The ways to give a network something to read. To add one: write a file with its function and add an entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.runs.record import RunRecord
from models.texts import mark
from pages.components.draw.source.dataset_image import choose_test_image
from pages.components.draw.source.drawing import choose_drawing
from pages.components.draw.source.photo import choose_camera, choose_upload
from pages.components.draw.source.pixels import choose_pixels
from pages.components.draw.subject import Subject
from pages.components.shell.services import may_upload


@dataclass(frozen=True)
class Source:
    """A way to give a picture.

    title, hint: marked for the catalogue. The hint says what to do; it is shown while there is no picture.
    choose: draws the widgets, as wide as the canvas; returns the picture, or None while there is none.
    digits_only: whether it is offered only for networks that read digits.
    is_upload: whether the visitor gives a file, which the operator can switch off.
    """

    title: str
    icon: str
    hint: str
    choose: Callable[[RunRecord], Subject | None]
    digits_only: bool = False
    is_upload: bool = False


# By the name that stands in the page's address.
SOURCES = {
    "canvas": Source(
        mark("Draw"),
        ":material/draw:",
        mark("Draw a digit from 0 to 9, or several side by side, in the black square: with mouse, pen or finger."),
        choose_drawing,
        digits_only=True,
    ),
    "upload": Source(
        mark("Picture"),
        ":material/upload:",
        mark("Give it a picture: PNG or JPEG."),
        choose_upload,
        is_upload=True,
    ),
    "camera": Source(
        mark("Camera"), ":material/photo_camera:", mark("Take a photograph."), choose_camera, is_upload=True
    ),
    "test": Source(mark("Test image"), ":material/image:", mark("Choose a test image."), choose_test_image),
    "pixels": Source(
        mark("Pixels"),
        ":material/grid_4x4:",
        mark("Paint pixels with mouse or finger, or go there by Tab and paint with the keys."),
        choose_pixels,
    ),
}


def offered_sources(is_digits: bool) -> dict[str, Source]:
    """The ways that there are for a network, by name. is_digits: whether it reads digits."""
    return {
        name: source
        for name, source in SOURCES.items()
        if (is_digits or not source.digits_only) and (may_upload() or not source.is_upload)
    }
