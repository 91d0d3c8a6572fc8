"""The reader's own digits: a gallery to look through and correct, a file to keep them in, and fine-tuning."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from core.teaching.collection import MyDigits, count_labels
from core.texts.message import Message, plural
from pages.components.draw.my_digits.file import show_file_row
from pages.components.draw.my_digits.fine_tuning import show_fine_tuning
from pages.components.draw.my_digits.gallery import predict_digits, show_gallery
from pages.components.draw.my_digits.hand_in import show_hand_in
from pages.components.draw.my_digits.session import keep_digits_in_tab, my_digits, show_message
from pages.components.draw.subject import Subject
from pages.components.shell.errors import fragment
from pages.components.shell.texts import tr


@fragment
def show_my_digits(record: RunRecord, _: Subject | None = None) -> None:
    """Draw the panel, with or without a picture."""
    info = find_dataset(record.config.dataset)
    if not info.has_digits:
        st.info(
            tr(
                "{network} was trained on {dataset}. Choose a network for digits to see yours.",
                network=record.name,
                dataset=Message(info.title),
            )
        )
        return
    digits = my_digits()
    show_message()
    if digits:
        y_pred = predict_digits(record, digits)
        st.markdown(_summary(record, digits, y_pred))
        if len(digits) > 1:
            counts = ", ".join(f"{label} ({count})" for label, count in enumerate(count_labels(digits)) if count)
            st.caption(tr("Their labels: {counts}", counts=counts))
        show_gallery(digits, y_pred)
    else:
        st.markdown(tr("No digits yet. Draw one and choose its label below the prediction: it is kept here."))
    show_file_row(digits)
    if digits:
        show_hand_in()
    show_fine_tuning(record, digits)
    keep_digits_in_tab("_panel")


def _summary(record: RunRecord, digits: MyDigits, y_pred: list[int] | None) -> str:
    if y_pred is None:
        return tr(plural("**{count} digit**", "**{count} digits**", len(digits)))
    right = sum(digit.label == label for digit, label in zip(digits, y_pred, strict=True))
    return tr(
        plural(
            "**{count} digit**; {network} reads **{right}** correctly",
            "**{count} digits**; {network} reads **{right}** correctly",
            len(digits),
            network=record.name,
            right=right,
        )
    )
