"""A gallery in pages."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.data.datasets import Images
from core.evaluation.samples import Samples
from pages.components.evaluate.samples.choice import note_list
from pages.components.evaluate.samples.gallery import show_gallery

# Images of a page.
PAGE_SIZE = 36


def show_gallery_pages(
    images: Images,
    samples: Samples,
    class_names: tuple[str, ...],
    key: str,
    note: Callable[[int], str] | None = None,
) -> None:
    """Draw these samples of the test images (N, 28, 28), a page at a time, with the choice of the page below.

    key: of that choice; another key begins with the first page again.
    note: what stands under the sample at a place, plain text; the probability of its prediction where it is None.
    """
    pages = samples.count_pages(PAGE_SIZE)
    note_list(samples.index)
    number = min(st.session_state.get(key, 1), pages)
    shown, first = samples.page(number, PAGE_SIZE), (number - 1) * PAGE_SIZE
    notes = [note(first + place) for place in range(len(shown))] if note else None
    show_gallery(images[shown.index], shown, class_names, notes)
    if pages > 1:
        st.pagination(pages, key=key)
