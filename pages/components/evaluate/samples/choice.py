"""The choice of one test image, kept in the address (`?image=2462`). A click on an image of a gallery makes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.components.shell.address import choose, follow, named, read_place, settle
from pages.components.shell.component import Component
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

# The parameter in the page's address.
IMAGE = "image"
_CLICKS = "image_clicks"
_LIST = "images_listed"
_COMPONENT = Component("mnist_lab_image_clicks", Path(__file__).parent / "web" / "image_clicks.js", is_hidden=True)


def chosen_image(count: int) -> int | None:
    """The chosen image's index in a test set of `count` images; None without a choice.

    An index in the address that does not exist is said.
    """
    text = follow(IMAGE)
    if text is None:
        return None
    place = read_place(text, count)
    if place is None:
        if named(IMAGE) is not None:
            known = tr("{first} to {last:,}", first=0, last=count - 1)
            st.warning(
                tr("The address asks for image {image!r}; there are the images {known}.", image=text, known=known),
                icon=":material/search_off:",
            )
        return None
    settle(IMAGE, text)
    return place


def choose_image(index: int | None) -> None:
    """Choose an image of the test set, or none; to be called from a widget's callback."""
    choose(IMAGE, None if index is None else str(index))


def note_list(indices: NDArray[np.int64]) -> None:
    """Remember the images that a gallery shows, in its order, so that one can go from one to the next."""
    st.session_state[_LIST] = indices


def beside(index: int) -> tuple[int | None, int | None]:
    """The images before and after this one in the gallery shown last; None at its ends and for an image not in it."""
    indices = st.session_state.get(_LIST, np.empty(0, np.int64))
    places = np.flatnonzero(indices == index)
    if not len(places):
        return None, None
    place = int(places[0])
    before = int(indices[place - 1]) if place else None
    return before, int(indices[place + 1]) if place + 1 < len(indices) else None


def listen_to_images() -> None:
    """Listen to clicks on images of galleries. A page calls it once, outside of all fragments."""
    _COMPONENT(key=_CLICKS, on_image_change=callback(_take))


def _take() -> None:
    clicked = st.session_state[_CLICKS].get("image")
    if clicked is not None:
        choose_image(int(clicked))
