"""What each layer of a network makes of a picture, in short."""

from __future__ import annotations

import streamlit as st

from core.catalog import find_dataset
from core.runs import RunRecord
from core.strokes import Picture
from pages.components.layer_pictures import show_layer_pictures
from pages.components.why_asking import ask_layers


def show_layers(record: RunRecord, picture: Picture) -> None:
    """Pictures of all layers, and the way to more. Raises LabError, OSError."""
    anatomy, inside = ask_layers(record, picture)
    st.caption("Blue is above 0, orange below. In a convolutional layer each small picture is a feature map.")
    show_layer_pictures(anatomy, inside, find_dataset(record.config.dataset).class_names)
    st.page_link(
        "pages/anatomy.py",
        label="This network’s weights and formulas",
        icon=":material/biotech:",
        query_params={"run": record.id},
    )
