"""The reader's verdict on the label of a test image."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.labels.verdicts import JUDGEMENT_WORDS
from core.runs.record import RunRecord
from core.settings import data_root
from pages.components.data.images_in_memory import load_test_images
from pages.components.evaluate.labels.answers import offer_answers, offer_undo
from pages.components.evaluate.labels.kept import my_verdicts
from pages.components.shell.errors import showing_errors
from pages.components.shell.texts import tr
from pages.components.shell.wording import name_classes


def show_label(record: RunRecord, index: int) -> None:
    """Ask whether the label of the test image `index` is right, and keep the answer for the label detective."""
    with showing_errors():
        info = find_dataset(record.config.dataset)
        labels = load_test_images(info.name, data_root()).labels
        label, verdict = int(labels[index]), my_verdicts(info.name, "test", labels).find(index)
        st.markdown(tr("#### The label says {label}. Is it right?", label=name_classes(info)[label]))
        with st.container(horizontal=True, gap="xsmall"):
            offer_answers(info.name, "test", index, label)
            if verdict:
                offer_undo(info.name, "test", index)
        if verdict:
            st.caption(tr("Your verdict: {verdict}.", verdict=JUDGEMENT_WORDS[verdict.judgement]))
        else:
            st.caption(tr("The view *Label detective* counts your verdicts."))
