"""A gallery in pages."""

from __future__ import annotations

import streamlit as st

from core.data.datasets import Images
from core.evaluation.samples import Samples
from pages.components.evaluate.samples.choice import note_list
from pages.components.evaluate.samples.gallery import show_gallery

# Images of a page.
PAGE_SIZE = 36


def show_gallery_pages(images: Images, samples: Samples, class_names: tuple[str, ...], key: str) -> None:
    """Draw these samples of the test images (N, 28, 28), a page at a time, with the choice of the page below.

    key: of that choice; another key begins with the first page again.
    """
    pages = samples.count_pages(PAGE_SIZE)
    note_list(samples.index)
    shown = samples.page(st.session_state.get(key, 1), PAGE_SIZE)
    show_gallery(images[shown.index], shown, class_names)
    if pages > 1:
        st.pagination(pages, key=key)
