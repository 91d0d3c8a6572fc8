"""The digits in a photograph as subjects: all of them, with the one that is looked at closer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from PIL import Image

from core.errors import LabError, PhotoError
from core.ink.bitmap import picture_from_ink
from core.ink.rendering import Picture, PreprocessSteps, PreprocessTrace
from core.learners.base import Probabilities
from core.photo.find_digits import FoundDigit, find_digits
from core.photo.find_ink import FoundInk, find_ink
from core.photo.open_photo import Photo
from core.photo.parts import Piece, whole_piece
from core.uncertainty.detector import digit_shares
from pages.components.draw.prediction.number import as_one
from pages.components.draw.source.photo_part import Box
from pages.components.draw.source.photo_view import photo_url
from pages.components.draw.subject import Subject
from pages.components.shell.services import job_queue

# Photographs whose results are kept for the page's next runs.
_KEPT = 8


def read_digits(photo: Photo, part: Box | None, steps: PreprocessSteps) -> Subject:
    """The digit that is looked at closer in a part of a photograph (height, width, 3), with all others.

    Where no ink is cut out, all of it is one digit. Raises PhotoError where there is no ink, or too much.
    """
    found = _find_ink(photo, part)
    digits = [FoundDigit(whole_piece(found.mask), 0, 0)]
    if steps.cut_out:
        try:
            digits = _find_digits(photo, part)
        except PhotoError:
            raise
        except (LabError, OSError):
            # What is wrong with the compute process is shown where the digits are predicted.
            digits = find_digits(found.mask)
    subjects = _subjects(digits, part, steps)
    chosen = as_one(subjects) if len(subjects) > 1 else subjects[0]
    return _with_images(chosen, digits[chosen.place].piece, photo, part, found, steps)


def grey_photo(photo: Photo) -> Photo:
    """The shades (height, width) of a photograph (height, width, 3)."""
    return np.asarray(Image.fromarray(photo).convert("L"))


@st.cache_data(scope="session", max_entries=_KEPT, show_spinner=False)
def _find_ink(photo: Photo, part: Box | None) -> FoundInk:
    left, top, right, bottom = part or (0, 0, photo.shape[1], photo.shape[0])
    found = find_ink(grey_photo(photo)[top:bottom, left:right])
    if found is None:
        raise PhotoError("The picture has no ink: nothing in it stands out from the paper.")
    return found


@st.cache_data(scope="session", max_entries=_KEPT, show_spinner=False)
def _find_digits(photo: Photo, part: Box | None) -> list[FoundDigit]:
    def judge(pictures: Picture) -> Probabilities:
        return job_queue().compute.call(digit_shares, pictures)

    return find_digits(_find_ink(photo, part).mask, judge)


def _subjects(digits: Sequence[FoundDigit], part: Box | None, steps: PreprocessSteps) -> list[Subject]:
    return [
        Subject(stages.picture, stages=stages, line=digit.line, number=digit.number)
        for digit in digits
        for stages in [_trace(digit.piece, part, steps)]
    ]


def _trace(piece: Piece, part: Box | None, steps: PreprocessSteps) -> PreprocessTrace:
    """How the ink of a piece became a picture, its box in pixels of the whole photograph."""
    trace = picture_from_ink(piece.ink, steps)
    assert trace is not None, "a piece has ink"
    x, y = np.array(piece.box[:2]) + (part or (0, 0))[:2]
    left, top, right, bottom = trace.box
    return replace(trace, box=(left + x, top + y, right + x, bottom + y))


def _with_images(
    subject: Subject, piece: Piece, photo: Photo, part: Box | None, found: FoundInk, steps: PreprocessSteps
) -> Subject:
    """The subject with the images of its steps, which are made for the chosen digit alone."""
    assert subject.stages is not None
    return replace(
        subject,
        origin=photo_url(photo, subject.stages.box if steps.cut_out else None, part),
        even=photo_url(found.even),
        thin=_trace(piece, part, replace(steps, thicken=False)).scaled,
    )
