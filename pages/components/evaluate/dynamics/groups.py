"""Groups of images to look at: a pill for each, and a gallery of the chosen one, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.datasets import ImageSet
from pages.components.evaluate.samples.gallery import Tile
from pages.components.evaluate.samples.pages import show_tile_pages
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr


@dataclass(frozen=True)
class Group:
    """Images to look at. title: of the pill, translated. about: a sentence on them and their order, translated.

    index: the images' numbers, int64, in the order in which they are shown.
    """

    title: str
    about: str
    index: NDArray[np.int64]


def choose_group(key: str, name: str) -> None:
    """Choose a group; to be called from a callback. key: see `show_groups`."""
    st.session_state[f"{key}_chosen"] = name


def show_groups(
    key: str,
    groups: Mapping[str, Group],
    default: str,
    images: ImageSet,
    class_names: tuple[str, ...],
    make_tiles: Callable[[NDArray[np.int64]], Sequence[Tile]],
) -> None:
    """Draw the pills and the chosen group's images, each with its tile.

    key: of the choice, which the session remembers. default: the group that is chosen at first.
    """
    wanted = st.session_state.get(f"{key}_chosen", default)
    # Set at each run: the counts in the pills change, which makes another widget of them.
    st.session_state[key] = chosen = wanted if wanted in groups else default
    st.pills(
        tr("Which images"),
        list(groups),
        key=key,
        required=True,
        format_func=lambda name: f"{groups[name].title} ({len(groups[name].index):,})",
        on_change=callback(lambda: choose_group(key, st.session_state[key])),
        label_visibility="collapsed",
        wrap=True,
    )
    group = groups[chosen]
    st.caption(group.about if len(group.index) else tr("There are none."))
    if not len(group.index):
        return
    show_tile_pages(
        images.images,
        group.index,
        class_names,
        f"{key}_page_{chosen}",
        lambda places: make_tiles(group.index[places]),
    )
