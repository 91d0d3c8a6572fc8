"""What the map is made by, of what, and what its colours mean; all of it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import streamlit as st

from core.charts.evaluation.sample_map import ColourBy
from core.embedding.layer_values import map_layers
from core.embedding.maps import FEATURES, OUTPUTS, PIXELS
from core.runs.record import RunRecord
from core.storage.stamp import Stamp, file_stamp
from models.texts import mark
from pages.components.shell.address import choose_by_address, in_address
from pages.components.shell.presenter import form_key
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr, tr_plain

Method = Literal["pca", "tsne"]


@dataclass(frozen=True)
class Option:
    """Something to choose, see `pages.components.shell.address.Titled`."""

    title: str
    icon: str


METHODS = {
    "pca": Option(mark("PCA"), ":material/square_foot:"),
    "tsne": Option(mark("t-SNE"), ":material/bubble_chart:"),
}
_SOURCES = {
    OUTPUTS: mark("Outputs, the logits"),
    FEATURES: mark("Features, before the last layer"),
    PIXELS: mark("Pixels"),
}
COLOURS = {
    "class": Option(mark("True class"), ":material/palette:"),
    "right": Option(mark("Right or wrong"), ":material/rule:"),
    "confidence": Option(mark("Confidence"), ":material/speed:"),
    "difficulty": Option(mark("Difficulty"), ":material/landscape:"),
}


@dataclass(frozen=True)
class Choices:
    """What is chosen."""

    method: Method
    source: str
    colour_by: ColourBy


def draw_choices(record: RunRecord) -> Choices:
    """Draw the three choices beside each other, as far as there is room. Raises LabError, OSError."""
    sources = (*_SOURCES, *_layers(record.id, file_stamp(record.weights_file), record))
    with st.container(horizontal=True, gap="medium", key=form_key("map")):
        method = _draw("method", tr("Map by"), METHODS, "pca")
        with st.container(gap=None, width=280):
            source = st.selectbox(
                options=sources,
                format_func=lambda name: tr_plain(_SOURCES[name]) if name in _SOURCES else name,
                **in_address("of", tr("Based on"), OUTPUTS, known=sources),
            )
        colour_by = _draw("colour", tr("Coloured by"), COLOURS, "class")
    return Choices(cast(Method, method), source, cast(ColourBy, colour_by))


def _draw(name: str, label: str, options: Mapping[str, Option], default: str) -> str | None:
    # In a box of its own: what keeps the choice in the address draws elements that are not seen but take a gap.
    with st.container(gap=None, width="content"):
        return choose_by_address(name, label, options, default)


@st.cache_data(max_entries=100, show_spinner=False)
def _layers(run_id: str, weights: Stamp, _record: RunRecord) -> tuple[str, ...]:  # noqa: ARG001 - part of the key
    """The layers of the run's network that a map can be made of."""
    return job_queue().compute.call(map_layers, _record.path)
