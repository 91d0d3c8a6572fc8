"""The reader's own digits: a gallery to look through and correct, a file to keep them in, and a lesson."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from core.teaching.collection import MyDigits, count_labels
from pages.components.draw.my_digits.file import show_file_row
from pages.components.draw.my_digits.gallery import ask_readings, show_gallery
from pages.components.draw.my_digits.lesson import show_lessons
from pages.components.draw.my_digits.session import my_digits, show_message
from pages.components.draw.subject import Subject
from pages.components.shell.errors import fragment
from pages.components.shell.wording import plain


@fragment
def show_my_digits(record: RunRecord, _: Subject | None = None) -> None:
    """Draw the panel, whether or not there is something to read."""
    info = find_dataset(record.config.dataset)
    if not info.has_digits:
        st.info(f"{plain(record.name)} has learned {info.title}. Choose a network for digits to see yours.")
        return
    digits = my_digits()
    show_message()
    if digits:
        readings = ask_readings(record, digits)
        st.markdown(_summary(record, digits, readings))
        show_gallery(digits, readings)
    else:
        st.markdown("No digits yet. Write one and say below the reading which it is: it is kept here.")
    show_file_row(digits)
    show_lessons(record, digits)


def _summary(record: RunRecord, digits: MyDigits, readings: list[int] | None) -> str:
    counts = ", ".join(f"{label} × {count}" for label, count in enumerate(count_labels(digits)) if count)
    words = f"**{len(digits)} {'digit' if len(digits) == 1 else 'digits'}** ({counts})"
    if readings is None:
        return words
    right = sum(digit.label == reading for digit, reading in zip(digits, readings, strict=True))
    return f"{words}, of which {plain(record.name)} reads **{right}** right"
