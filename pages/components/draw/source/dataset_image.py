"""A test image as the subject."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import DATASETS, find_dataset
from core.data.datasets import ImageSet
from core.errors import DataError
from core.ink.rendering import Picture
from core.runs.record import RunRecord
from core.settings import data_root
from pages.components.data.data_gate import require_dataset
from pages.components.data.image_choice import choose_number
from pages.components.data.images_in_memory import load_test_images
from pages.components.draw.subject import Subject
from pages.components.pictures.data_url import png_url
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.wording import name_classes

_DATASET = "test_image_dataset"
# The image last chosen, for the pixel editor to start from.
_LAST = "test_image_last"
_PREFIX = "draw"
# Width of a field in CSS pixels, so that two stand side by side.
_FIELD = 132

# As large as the canvas, so that nothing moves when another source is chosen.
_STYLE = """
<style>
.lab-test-image { margin: 0; }
.lab-test-image img { display: block; width: 100%; aspect-ratio: 1; border-radius: 0.6rem;
  image-rendering: pixelated; box-shadow: 0 0 0 1px color-mix(in srgb, currentColor 22%, transparent); }
.lab-test-image figcaption { margin-top: 0.5rem; font-size: 0.9rem; opacity: 0.75; }
</style>
"""


def choose_test_image(record: RunRecord) -> Subject | None:
    """The choice among the test images of the network's classes; None while their files are missing."""
    own = find_dataset(record.config.dataset)
    offered = [name for name, info in DATASETS.items() if info.class_names == own.class_names]
    if st.session_state.get(_DATASET) not in offered:
        st.session_state[_DATASET] = record.config.dataset
    name = st.session_state[_DATASET]
    test = _read(name, offered)
    if test is not None:
        classes = name_classes(own)
        shown = st.empty()
        with st.container(horizontal=True, gap="xsmall"):
            number = choose_number(test, classes, _PREFIX, _FIELD)
        label = int(test.labels[number])
        shown.html(
            _image_html(
                test.images[number],
                tr_html("Test image {number:,}, labelled {label}", number=number, label=classes[label]),
            )
        )
        st.session_state[_LAST] = test.images[number]
    if len(offered) > 1:
        st.selectbox(
            tr("Images of"),
            offered,
            key=_DATASET,
            persist_state="session",
            format_func=lambda name: tr_plain(DATASETS[name].title),
        )
    return None if test is None else Subject(test.images[number], label=label)


def last_test_image() -> Picture | None:
    """The image last chosen in this session, uint8 (28, 28)."""
    return st.session_state.get(_LAST)


def _read(name: str, offered: list[str]) -> ImageSet | None:
    embedded = next((other for other in offered if DATASETS[other].embedded), None)
    if not require_dataset(name, (lambda: _use(embedded)) if embedded else None):
        return None
    try:
        return load_test_images(name, data_root())
    except DataError as error:
        st.error(tr(error), icon=":material/error:")
        return None


def _use(name: str) -> None:
    st.session_state[_DATASET] = name


def _image_html(picture: Picture, caption: str) -> str:
    image = f'<img src="{png_url(picture)}" alt="" decoding="sync">'
    return f'{_STYLE}<figure class="lab-test-image">{image}<figcaption>{caption}</figcaption></figure>'
