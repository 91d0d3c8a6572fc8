"""The image that is sent through a network: a test image, or the reader's own drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.data.catalog import find_dataset
from core.data.datasets import Images
from models.texts import mark
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.data.image_choice import choose_image
from pages.components.forms.pills import choose_pill
from pages.components.shell.texts import tr, tr_plain

Draw = Callable[[], Images | None]
_Source = Literal["test", "drawing"]
_SOURCES: dict[_Source, tuple[str, str]] = {
    "test": (mark("Test image"), ":material/image:"),
    "drawing": (mark("My drawing"), ":material/draw:"),
}
_SOURCE = "anatomy_image_source"


@dataclass(frozen=True)
class Image:
    """Bytes (28, 28). caption: what it is. label: the name of its true class; None of a drawing, where nobody knows."""

    pixels: Images
    caption: str
    label: str | None


def choose_source(network: NetworkChoice, last_drawing: Draw) -> Image | None:
    """Draw the choice of the image; None while there is none, after saying why.

    last_drawing: gives what the reader last drew, (28, 28), if anything. It is offered to networks that read digits.
    """
    source: _Source = "test"
    if find_dataset(network.config.dataset).has_digits:
        source = choose_pill(tr("Image"), _SOURCES, _SOURCE)
    if source == "drawing":
        return _drawing(last_drawing)
    image = choose_image(network.config.dataset, network.key)
    if image is None:
        return None
    caption = tr_plain("Test image {number:,}: {label}", number=image.number, label=image.class_name)
    return Image(image.pixels, caption, image.class_name)


def _drawing(last_drawing: Draw) -> Image | None:
    picture = last_drawing()
    if picture is None:
        st.info(
            tr("You have drawn nothing yet. What you draw on the Draw page is offered here."), icon=":material/draw:"
        )
    else:
        st.caption(tr("What you last drew on the Draw page."))
    label = tr("Draw a digit") if picture is None else tr("Draw another")
    st.page_link("pages/draw.py", label=label, icon=":material/draw:")
    return None if picture is None else Image(picture, tr_plain("Your drawing"), None)
