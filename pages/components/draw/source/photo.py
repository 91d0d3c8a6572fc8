"""A picture from a file or from the camera as the subject."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st
from PIL import Image

from core.data.catalog import find_dataset
from core.errors import PhotoError
from core.ink.bitmap import picture_from_ink
from core.ink.rendering import PreprocessSteps
from core.photo.find_clothes import find_clothes
from core.photo.find_ink import find_ink
from core.photo.open_photo import ENDINGS, MAX_MEGABYTES, MAX_MEGAPIXELS, Photo, open_photo
from core.runs.record import RunRecord
from pages.components.draw.source.photo_view import photo_html, photo_url
from pages.components.draw.steps.choice import chosen_steps
from pages.components.draw.subject import Subject
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_plain

# The last opened picture of each source. Unlike the widgets' values it survives a change of page.
_LAST = "photo_last"
_NAMES = {"upload": "upload_file", "camera": "camera_picture"}
# Photographs whose results are kept for the page's next runs.
_KEPT = 8


def choose_upload(record: RunRecord) -> Subject | None:
    """A field for a PNG or JPEG file; returns what is in it, None without a file or after saying what is wrong."""
    given = st.file_uploader(
        tr("A picture of one digit") if _is_for_digits(record) else tr("A picture of a piece of clothing"),
        type=list(ENDINGS),
        max_upload_size=MAX_MEGABYTES,
        key=_NAMES["upload"],
        on_change=callback(_remove),
        args=("upload",),
        help=tr(
            "PNG or JPEG, at most {megabytes} MB and {megapixels} megapixels. It stays on this machine.",
            megabytes=MAX_MEGABYTES,
            megapixels=MAX_MEGAPIXELS,
        ),
    )
    return _read("upload", record, given.getvalue() if given else None, given.name if given else "")


def choose_camera(record: RunRecord) -> Subject | None:
    """The camera; returns what is in the photograph, None without one or after saying what is wrong."""
    given = st.camera_input(
        tr("Photograph it"),
        key=_NAMES["camera"],
        on_change=callback(_remove),
        args=("camera",),
        label_visibility="collapsed",
    )
    return _read("camera", record, given.getvalue() if given else None, tr_plain("The photograph") + ".jpg")


def _read(way: str, record: RunRecord, content: bytes | None, name: str) -> Subject | None:
    photos: dict[str, tuple[str, Photo]] = st.session_state.setdefault(_LAST, {})
    try:
        if content is not None:
            photos[way] = (name, _open(content, name))
        if way not in photos:
            return None
        name, photo = photos[way]
        with st.spinner(tr("Looking for the digit…") if _is_for_digits(record) else tr("Looking for the piece…")):
            subject = _digit(photo, chosen_steps()) if _is_for_digits(record) else _clothes(photo)
    except PhotoError as error:
        photos.pop(way, None)
        st.error(tr(error), icon=":material/error:")
        return None
    st.html(photo_html(subject.origin, name))
    if content is None:
        st.button(tr("Remove"), icon=":material/close:", on_click=callback(_remove), args=(way,))
    return subject


def _remove(way: str) -> None:
    st.session_state.get(_LAST, {}).pop(way, None)


@st.cache_data(scope="session", max_entries=_KEPT, show_spinner=False)
def _open(content: bytes, name: str) -> Photo:
    return open_photo(content, name)


@st.cache_data(scope="session", max_entries=_KEPT, show_spinner=False)
def _digit(photo: Photo, steps: PreprocessSteps) -> Subject:
    """The digit found in a photograph (height, width, 3). Raises PhotoError."""
    found = find_ink(_grey(photo))
    if found is None:
        raise PhotoError("The picture has no ink: nothing in it stands out from the paper.")
    stages = picture_from_ink(found.mask, steps)
    thin = picture_from_ink(found.mask, replace(steps, thicken=False))
    assert stages is not None, "the mask has ink"
    assert thin is not None, "the mask has ink"
    return Subject(
        stages.picture,
        stages=stages,
        origin=photo_url(photo, stages.box if steps.cut_out else None),
        even=photo_url(found.even),
        thin=thin.scaled,
    )


@st.cache_data(scope="session", max_entries=_KEPT, show_spinner=False)
def _clothes(photo: Photo) -> Subject:
    found = find_clothes(_grey(photo))
    if found is None:
        raise PhotoError("The picture shows nothing: all of it is background.")
    return Subject(found.picture, origin=photo_url(photo, found.box), even=photo_url(found.even))


def _grey(photo: Photo) -> Photo:
    return np.asarray(Image.fromarray(photo).convert("L"))


def _is_for_digits(record: RunRecord) -> bool:
    return find_dataset(record.config.dataset).has_digits
