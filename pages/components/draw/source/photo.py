"""A picture from a file or from the camera as the subject."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.errors import LabError, PhotoError
from core.photo.find_clothes import find_clothes
from core.photo.open_photo import ENDINGS, MAX_MEGABYTES, MAX_MEGAPIXELS, Photo, open_photo
from core.runs.record import RunRecord
from core.uncertainty.prediction import Prediction, Verdict
from pages.components.draw.prediction.ask import read_several
from pages.components.draw.prediction.view import digit_name
from pages.components.draw.source.photo_digits import grey_photo, read_digits
from pages.components.draw.source.photo_part import Box, choose_part, choose_whole, chosen_part, point_at_photo
from pages.components.draw.source.photo_view import BoxMark, photo_html, photo_url
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
        tr("A picture of digits") if _is_for_digits(record) else tr("A picture of a piece of clothing"),
        type=list(ENDINGS),
        max_upload_size=MAX_MEGABYTES,
        key=_NAMES["upload"],
        on_change=callback(_remove),
        args=("upload",),
        help=tr(
            "PNG or JPEG, at most {megabytes} MB and {megapixels} megapixels. It is kept for this visit alone.",
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
    except PhotoError as error:
        st.error(tr(error), icon=":material/error:")
    if way not in photos:
        return None
    name, photo = photos[way]
    subject, part = None, None
    try:
        part = chosen_part(way, photo)
        with st.spinner(tr("Looking for digits…") if _is_for_digits(record) else tr("Looking for the piece…")):
            subject = read_digits(photo, part, chosen_steps()) if _is_for_digits(record) else _clothes(photo, part)
    except PhotoError as error:
        st.error(tr(error), icon=":material/error:")
    _show(way, record, photo, name, part, subject)
    if content is None:
        st.button(tr("Remove"), icon=":material/close:", on_click=callback(_remove), args=(way,))
    return subject


def _show(way: str, record: RunRecord, photo: Photo, name: str, part: Box | None, subject: Subject | None) -> None:
    """The photograph with what was found in it and what was read there, and the choice of a part of it."""
    digits = subject.parts if subject else ()
    if digits and subject:
        address = photo_url(photo, part=part, marks=_marks(record, subject))
    else:
        address = subject.origin if subject else photo_url(photo, part=part)
    st.html(photo_html(address, name))
    point_at_photo(way, photo, [digit.stages.box for digit in digits if digit.stages])
    choose_part(way)


def _marks(record: RunRecord, subject: Subject) -> list[BoxMark]:
    """A box around each digit with what is read there; without that where the network does not answer."""
    try:
        names, verdicts = zip(
            *map(_name, read_several(record, [digit.picture for digit in subject.parts])), strict=True
        )
    except (LabError, OSError):
        # What is wrong is said where the prediction is shown.
        names, verdicts = ("",) * len(subject.parts), ("digit",) * len(subject.parts)
    boxes = [digit.stages.box for digit in subject.parts if digit.stages]
    return [
        BoxMark(box, text, verdict, place == subject.place)
        for place, (box, text, verdict) in enumerate(zip(boxes, names, verdicts, strict=True))
    ]


def _name(prediction: Prediction) -> tuple[str, Verdict]:
    return digit_name(prediction), prediction.verdict


def _remove(way: str) -> None:
    st.session_state.get(_LAST, {}).pop(way, None)
    choose_whole(way)


@st.cache_data(scope="session", max_entries=_KEPT, show_spinner=False)
def _open(content: bytes, name: str) -> Photo:
    return open_photo(content, name)


@st.cache_data(scope="session", max_entries=_KEPT, show_spinner=False)
def _clothes(photo: Photo, part: Box | None) -> Subject:
    """The piece in a part of a photograph (height, width, 3). Raises PhotoError."""
    left, top, right, bottom = part or (0, 0, photo.shape[1], photo.shape[0])
    found = find_clothes(grey_photo(photo)[top:bottom, left:right])
    if found is None:
        raise PhotoError("The picture shows nothing: all of it is background.")
    box = found.box[0] + left, found.box[1] + top, found.box[2] + left, found.box[3] + top
    return Subject(found.picture, origin=photo_url(photo, box, part), even=photo_url(found.even))


def _is_for_digits(record: RunRecord) -> bool:
    return find_dataset(record.config.dataset).has_digits
