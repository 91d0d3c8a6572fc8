"""Each layer's output for one image, as pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.anatomy.both_ways import Values
from core.anatomy.counting import shape_text, title
from core.anatomy.inside import Inside
from core.anatomy.layers import DROPOUT, FLATTEN, RELU, SOFTMAX, WEIGHTED, Anatomy, Layer
from models.texts import mark
from pages.components.pictures.signed import Colours, Pixels, as_cells, largest, signed_colours, signed_pixels
from pages.components.pictures.sprites import Units, scale_html, sprites_html
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import certainty

Names = tuple[str, ...]

# Values in a row of a vector's picture.
_CELLS_PER_ROW = 32
# Width of a value's cell in CSS pixels.
_CELL = 15
# Width of a feature map in CSS pixels.
_MAP_WIDTH = 52
# Layers in a row.
_COLUMNS = 2
# Quantile of the absolute values of maps that gets the full colour.
_QUANTILE = 0.995
# Width of a logit's cell in CSS pixels.
_LOGIT_WIDTH = 44
# Layers that change no value at inference.
_UNCHANGED = {
    FLATTEN: mark("**{layer}** · the same {count:,} values, now in one row."),
    DROPOUT: mark("**{layer}** · passes all values on unchanged. It acts in training only."),
}


@dataclass(frozen=True)
class Opened:
    """What is open on a page where a click on a unit's picture opens it.

    layer: its name, None where nothing is open. unit: its number; None where the layer is open as a whole.
    show: draws what is to be seen of it, below its layer's row.
    """

    layer: str | None
    unit: int | None
    show: Callable[[], None]


def show_layer_pictures(anatomy: Anatomy, inside: Inside, names: Names, opened: Opened | None = None) -> None:
    """Draw all layers, first to last. names: of the classes.

    opened: where a click on a picture opens it. The softmax is drawn there alone.
    """
    for group in _groups(anatomy, with_softmax=opened is not None):
        st.divider()
        values = (*inside.values, inside.probabilities)
        _show_group(names, [(anatomy.layers[place], values[place]) for place in group], opened)


def _groups(anatomy: Anatomy, with_softmax: bool) -> list[list[int]]:
    """Indices of the layers, in groups with one weighted layer each."""
    groups: list[list[int]] = [[]]
    for place, layer in enumerate(anatomy.layers if with_softmax else anatomy.layers[:-1]):
        if layer.kind in WEIGHTED and any(anatomy.layers[other].kind in WEIGHTED for other in groups[-1]):
            groups.append([])
        groups[-1].append(place)
    return groups


def _show_group(names: Names, group: list[tuple[Layer, Values]], opened: Opened | None) -> None:
    """Unchanged layers in a line of text each, the others as pictures, two in a row."""
    row: list[tuple[Layer, Values]] = []
    for layer, values in group:
        if layer.kind in _UNCHANGED:
            _show_row(names, row, opened)
            row = []
            st.caption(tr(_UNCHANGED[layer.kind], layer=layer.name, count=values.size))
            continue
        row.append((layer, values))
        if len(row) == _COLUMNS:
            _show_row(names, row, opened)
            row = []
    _show_row(names, row, opened)


def _show_row(names: Names, row: list[tuple[Layer, Values]], opened: Opened | None) -> None:
    if not row:
        return
    for column, (layer, values) in zip(st.columns(_COLUMNS, gap="large"), row, strict=False):
        with column:
            _show_layer(names, layer, values, opened)
    if opened and opened.layer in [layer.name for layer, _ in row]:
        opened.show()


def _show_layer(names: Names, layer: Layer, values: Values, opened: Opened | None) -> None:
    picture = _Picture(layer, values, _limit(values), signed_colours(), opened)
    about = {"layer": layer.name, "kind": title(layer), "shape": shape_text(layer.output_shape)}
    if layer.kind == RELU:
        heading = tr("**{layer}** · {kind} · {shape} · {zeros:.0%} are 0", **about, zeros=float((values == 0).mean()))
    else:
        heading = tr("**{layer}** · {kind} · {shape}", **about)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(heading, width="content")
        if layer.kind != SOFTMAX:
            st.html(scale_html(picture.limit, picture.colours), width="content")
    if values.ndim == 3:
        st.html(_maps_html(picture))
    elif values.shape == (len(names),):
        st.html(_classes_html(picture, names))
    else:
        st.html(_cells_html(picture))


@dataclass(frozen=True)
class _Picture:
    """A layer's values with the limit and the colours that they are drawn in."""

    layer: Layer
    values: Values
    limit: float
    colours: Colours
    opened: Opened | None

    def pixels(self, values: NDArray[np.floating]) -> Pixels:
        return signed_pixels(values, self.limit, self.colours)

    def units(self, columns: int = 0) -> Units | None:
        """Where a click opens a unit. columns: cells in a row, where all values stand in one picture."""
        if self.opened is None:
            return None
        chosen = self.opened.unit if self.opened.layer == self.layer.name else None
        return Units(self.layer.name, chosen, len(self.values) if columns else 0, columns)


def _limit(values: Values) -> float:
    """The absolute value that gets the full colour. The few largest ones of many would make all others pale."""
    if values.ndim < 3:
        return largest(values)
    return float(np.quantile(np.abs(values), _QUANTILE)) or largest(values)


def _maps_html(picture: _Picture) -> str:
    name, values = picture.layer.name, picture.values
    # A whole number of CSS pixels per value keeps the pictures sharp.
    width = values.shape[2] * max(1, round(_MAP_WIDTH / values.shape[2]))
    labels = [tr_plain("{layer}, channel {number}", layer=name, number=number) for number in range(len(values))]
    return sprites_html(picture.pixels(values), width, labels, units=picture.units())


def _classes_html(picture: _Picture, names: Names) -> str:
    """Logits or probabilities."""
    write = certainty if picture.layer.kind == SOFTMAX else "{:.1f}".format
    numbers = picture.values.tolist()
    texts = [f"{name}: {write(value)}".replace("-", "−") for name, value in zip(names, numbers, strict=True)]
    pixels = picture.pixels(picture.values[:, None, None])
    labels = [f"{picture.layer.name}, {text}" for text in texts]
    return sprites_html(pixels, _LOGIT_WIDTH, labels, texts, picture.units())


def _cells_html(picture: _Picture) -> str:
    cells = picture.pixels(as_cells(picture.values, _CELLS_PER_ROW))
    label = tr_plain("{layer}, {count:,} values", layer=picture.layer.name, count=len(picture.values))
    return sprites_html(cells[None], _CELL * cells.shape[1], [label], units=picture.units(cells.shape[1]))
