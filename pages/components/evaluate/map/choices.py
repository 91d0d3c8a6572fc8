"""What the map is made by, of what, and what its colours mean; all of it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import streamlit as st

from core.charts.evaluation.sample_map import ColourBy
from core.embedding.maps import Source
from models.texts import mark
from pages.components.shell.address import choose_by_address
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr

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
SOURCES = {
    "features": Option(mark("Features"), ":material/neurology:"),
    "pixels": Option(mark("Pixels"), ":material/grid_4x4:"),
}
COLOURS = {
    "class": Option(mark("True class"), ":material/palette:"),
    "right": Option(mark("Right or wrong"), ":material/rule:"),
    "confidence": Option(mark("Confidence"), ":material/speed:"),
}


@dataclass(frozen=True)
class Choices:
    """What is chosen."""

    method: Method
    source: Source
    colour_by: ColourBy


def draw_choices() -> Choices:
    """Draw the three rows of choices beside each other, as far as there is room."""
    with st.container(horizontal=True, gap="medium", key=form_key("map")):
        method = _draw("method", tr("Map by"), METHODS, "pca")
        source = _draw("of", tr("Of the"), SOURCES, "features")
        colour_by = _draw("colour", tr("Coloured by"), COLOURS, "class")
    return Choices(cast(Method, method), cast(Source, source), cast(ColourBy, colour_by))


def _draw(name: str, label: str, options: Mapping[str, Option], default: str) -> str | None:
    # In a box of its own: what keeps the choice in the address draws elements that are not seen but take a gap.
    with st.container(gap=None, width="content"):
        return choose_by_address(name, label, options, default)
