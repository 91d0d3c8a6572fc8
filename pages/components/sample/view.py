"""One test image: what it is, and what the network says of it."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from core.settings import data_root
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.draw.prediction.ask import predict_picture
from pages.components.draw.prediction.view import prediction_html
from pages.components.evaluate.samples.choice import choose_image
from pages.components.shell.errors import callback, showing_errors
from pages.components.shell.texts import tr


def show_sample(record: RunRecord, index: int) -> None:
    """Draw the test image `index` of the run's data set, and what the run's network says of it."""
    info = find_dataset(record.config.dataset)
    st.button(tr("Back"), icon=":material/arrow_back:", on_click=callback(choose_image), args=(None,))
    if not require_dataset(info.name):
        return
    with showing_errors():
        test = load_test_images(info.name, data_root())
        picture, label = test.images[index], info.class_names[int(test.labels[index])]
        st.markdown(tr("**Test image {index}**, labelled **{label}**.", index=index, label=label))
        st.html(prediction_html(predict_picture(record, picture), picture, 0))
