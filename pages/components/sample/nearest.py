"""The training images nearest to a picture: has the network seen one like it?"""

from __future__ import annotations

from collections import Counter

import streamlit as st

from core.data.catalog import DatasetInfo, find_dataset
from core.embedding.neighbours import Neighbours, compute_features, nearest_images
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import Message, message
from pages.components.draw.subject import Subject
from pages.components.pictures.sprites import sprites_html
from pages.components.shell.errors import showing_errors
from pages.components.shell.long_call import await_call
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes

# Images shown.
_COUNT = 12
# Width of an image on the page, in CSS pixels.
_TILE = 72


def show_nearest(record: RunRecord, subject: Subject) -> None:
    """Draw the nearest training images with their labels, or offer to search."""
    info = find_dataset(record.config.dataset)
    with showing_errors():
        found = _search(record, subject)
        if found is None:
            st.caption(
                tr(
                    "The network has to look at all its training images first. That takes seconds, or a minute for "
                    "a convolutional network, and is kept."
                )
            )
            key, label = f"nearest_{record.id}", message("Search the training images")
            if await_call(key, label, compute_features, record, data_root(), icon=":material/image_search:") is None:
                return
            found = _search(record, subject)
        if found is not None:
            _show(found, info)


def _search(record: RunRecord, subject: Subject) -> Neighbours | None:
    return job_queue().compute.call(nearest_images, record, data_root(), subject.picture, _COUNT)


def _show(found: Neighbours, info: DatasetInfo) -> None:
    classes = name_classes(info)
    names = [classes[label] for label in found.labels]
    st.markdown(tr(_sentence(names)))
    labels = [
        tr_plain("Training image {index}, labelled {name}, at distance {distance:.1f}", index=i, name=name, distance=d)
        for i, name, d in zip(found.index.tolist(), names, found.distance.tolist(), strict=True)
    ]
    st.html(sprites_html(found.images, _TILE, labels, names))
    st.caption(
        tr(
            "The nearest by the features that the network’s last layer gets, the nearest first. They are what the "
            "network takes for alike; a person may not."
        )
    )


def _sentence(names: list[str]) -> Message:
    """How the labels of the nearest images are divided."""
    counts = Counter(names).most_common()
    if len(counts) == 1:
        return message(
            "All of the {count} nearest training images are labelled **{name}**.", count=len(names), name=names[0]
        )
    parts = ", ".join(f"{count} × {name}" for name, count in counts)
    return message("Labels of the {count} nearest training images: **{parts}**.", count=len(names), parts=parts)
