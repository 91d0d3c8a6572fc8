"""A gallery in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.datasets import Images
from core.evaluation.samples import Samples
from pages.components.evaluate.samples.choice import note_list
from pages.components.evaluate.samples.gallery import Tile, sample_tiles, tiles_html

# Images of a page.
_PAGE_SIZE = 36


def show_gallery_pages(
    images: Images,
    samples: Samples,
    class_names: tuple[str, ...],
    key: str,
    note: Callable[[int], str] | None = None,
) -> None:
    """Draw these samples of the test images (N, 28, 28), a page at a time, with the choice of the page below.

    A click on an image chooses it, where the page listens (see `choice.listen_to_images`).
    key: of the choice of the page; another key begins with the first page again.
    note: what stands under the sample at a place, plain text; the probability of its prediction where it is None.
    """
    note_list(samples.index)

    def make_tiles(places: NDArray[np.int64]) -> list[Tile]:
        return sample_tiles(samples[places], class_names, [note(int(place)) for place in places] if note else None)

    show_tile_pages(images, samples.index, class_names, key, make_tiles)


def show_tile_pages(
    images: Images,
    index: NDArray[np.int64],
    class_names: tuple[str, ...],
    key: str,
    make_tiles: Callable[[NDArray[np.int64]], Sequence[Tile]],
) -> None:
    """Draw those of the images (N, 28, 28) that `index` (n,) names, in its order, as `show_gallery_pages` does.

    make_tiles: gives the tiles of those at some places of `index`.
    """
    pages = max(1, -(-len(index) // _PAGE_SIZE))
    number = min(st.session_state.get(key, 1), pages)
    places = np.arange(len(index))[(number - 1) * _PAGE_SIZE : number * _PAGE_SIZE]
    st.html(tiles_html(images[index[places]], make_tiles(places), class_names))
    if pages > 1:
        st.pagination(pages, key=key)
