"""Each layer's output for a picture, and a link to the Anatomy page."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.ink.rendering import Picture
from core.runs.record import RunRecord
from pages.components.draw.why.asking import ask_layers
from pages.components.pictures.layer_pictures import show_layer_pictures
from pages.components.shell.texts import tr
from pages.components.shell.wording import name_classes


def show_layers(record: RunRecord, picture: Picture) -> None:
    """Pictures of all layers, and the link. Raises LabError, OSError."""
    anatomy, inside = ask_layers(record, picture)
    st.caption(tr("Blue is above 0, orange below. In a convolutional layer each small picture is a feature map."))
    show_layer_pictures(anatomy, inside, name_classes(find_dataset(record.config.dataset)))
    st.page_link(
        "pages/anatomy.py",
        label=tr("This network’s weights and formulas"),
        icon=":material/biotech:",
        query_params={"run": record.id},
    )
