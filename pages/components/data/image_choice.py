"""The choice of one test image."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.data.catalog import DATASETS, find_dataset
from core.data.datasets import Images, ImageSet
from core.errors import DataError
from core.settings import data_root
from models.texts import mark
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes

# The choice of an image of any class.
_ANY = mark("Any")
_PREFIX = "anatomy"


@dataclass(frozen=True)
class ChosenImage:
    """A test image, bytes (28, 28), of the class `class_name`."""

    dataset: str
    number: int
    pixels: Images
    class_name: str


def choose_image(default_dataset: str, key: str) -> ChosenImage | None:
    """Draw the choice; None while the data set's files are missing.

    key: of the choice of a data set, which each network has for itself.
    """
    dataset_key = f"anatomy_dataset_{key}"
    st.session_state.setdefault(dataset_key, default_dataset)
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    with controls:
        name = st.selectbox(
            tr("Images"),
            list(DATASETS),
            key=dataset_key,
            format_func=lambda name: tr_plain(DATASETS[name].title),
            width=190,
        )
    if not require_dataset(name, None if name == "digits" else lambda: _put(dataset_key, "digits")):
        return None
    try:
        test = load_test_images(name, data_root())
    except DataError as error:
        st.error(tr(error), icon=":material/error:")
        return None
    with controls:
        number = choose_number(test, name_classes(find_dataset(name)), _PREFIX)
    return ChosenImage(name, number, test.images[number], name_classes(find_dataset(name))[test.labels[number]])


def choose_number(test: ImageSet, class_names: tuple[str, ...], prefix: str, width: int = 140) -> int:
    """Draw the choice of an image by class, by number, or at random; returns its number.

    prefix: of the widgets' keys, different on each page. width: of a field, in pixels.
    """
    number_key, class_key = f"{prefix}_image", f"{prefix}_class"
    classes = [_ANY, *class_names]
    if st.session_state.get(class_key) not in classes:
        st.session_state[class_key] = _ANY
    # The data set chosen before may have had more images.
    st.session_state[number_key] = min(st.session_state.get(number_key, 0), len(test) - 1)
    arguments = (test, class_names, prefix)
    st.selectbox(
        tr("Class"),
        classes,
        key=class_key,
        format_func=tr_plain,
        width=width,
        on_change=callback(_shuffle),
        args=arguments,
    )
    last = len(test) - 1
    number = st.number_input(tr("Number (0–{last:,})", last=last), 0, last, key=number_key, step=1, width=width)
    st.button(tr("Shuffle"), icon=":material/shuffle:", on_click=callback(_shuffle), args=arguments)
    return int(number)


def _shuffle(test: ImageSet, class_names: tuple[str, ...], prefix: str) -> None:
    """Take another image at random, of the chosen class."""
    wanted = st.session_state[f"{prefix}_class"]
    places = np.arange(len(test)) if wanted == _ANY else np.flatnonzero(test.labels == class_names.index(wanted))
    others = places[places != st.session_state[f"{prefix}_image"]]
    _put(f"{prefix}_image", int(random.choice(others if len(others) else places)))


def _put(key: str, value: Any) -> None:
    st.session_state[key] = value
