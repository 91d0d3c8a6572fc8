"""Each layer's output for one image, as pictures."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.anatomy.counting import shape_text, title
from core.anatomy.inside import Inside, Values
from core.anatomy.layers import DROPOUT, FLATTEN, RELU, WEIGHTED, Anatomy, Layer
from models.texts import mark
from pages.components.pictures.signed import as_cells, largest, signed_pixels
from pages.components.pictures.sprites import scale_html, sprites_html
from pages.components.shell.texts import tr, tr_plain

Names = tuple[str, ...]

# Values in a row of a vector's picture.
_CELLS_PER_ROW = 32
# Width of a value's cell in CSS pixels.
_CELL = 15
# Width of a feature map in CSS pixels.
_MAP_WIDTH = 52
# Width of a logit's cell in CSS pixels.
_LOGIT_WIDTH = 44
# Layers that change no value at inference.
_UNCHANGED = {
    FLATTEN: mark("**{layer}** · the same {count:,} values, now in one row."),
    DROPOUT: mark("**{layer}** · passes all values on unchanged. It acts in training only."),
}


def show_layer_pictures(anatomy: Anatomy, inside: Inside, names: Names) -> None:
    """Draw all layers before the softmax, first to last. names: of the classes."""
    for group in _groups(anatomy):
        st.divider()
        _show_group(names, [(anatomy.layers[place], inside.values[place]) for place in group])


def _groups(anatomy: Anatomy) -> list[list[int]]:
    """Indices of the layers before the softmax, in groups with one weighted layer each."""
    groups: list[list[int]] = [[]]
    for place, layer in enumerate(anatomy.layers[:-1]):
        if layer.kind in WEIGHTED and any(anatomy.layers[other].kind in WEIGHTED for other in groups[-1]):
            groups.append([])
        groups[-1].append(place)
    return groups


def _show_group(names: Names, group: list[tuple[Layer, Values]]) -> None:
    """Unchanged layers in a line of text each, the others as pictures, two in a row."""
    row: list[DeltaGenerator] = []
    for layer, values in group:
        if layer.kind in _UNCHANGED:
            st.caption(tr(_UNCHANGED[layer.kind], layer=layer.name, count=values.size))
            continue
        row = row or list(st.columns(2, gap="large"))
        with row.pop(0):
            _show_layer(names, layer, values)


def _show_layer(names: Names, layer: Layer, values: Values) -> None:
    limit = largest(values)
    about = {"layer": layer.name, "kind": title(layer), "shape": shape_text(layer.output_shape)}
    if layer.kind == RELU:
        heading = tr("**{layer}** · {kind} · {shape} · {zeros:.0%} are 0", **about, zeros=float((values == 0).mean()))
    else:
        heading = tr("**{layer}** · {kind} · {shape}", **about)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(heading, width="content")
        st.html(scale_html(limit), width="content")
    if values.ndim == 3:
        st.html(_maps_html(layer, values, limit))
    elif values.shape == (len(names),):
        st.html(_logits_html(layer, values, limit, names))
    else:
        st.html(_cells_html(layer, values, limit))


def _maps_html(layer: Layer, values: Values, limit: float) -> str:
    # A whole number of CSS pixels per value keeps the pictures sharp.
    width = values.shape[2] * max(1, round(_MAP_WIDTH / values.shape[2]))
    return sprites_html(
        signed_pixels(values, limit),
        width,
        [tr_plain("{layer}, channel {number}", layer=layer.name, number=number) for number in range(len(values))],
    )


def _logits_html(layer: Layer, values: Values, limit: float, names: Names) -> str:
    texts = [f"{name}: {value:.1f}".replace("-", "−") for name, value in zip(names, values.tolist(), strict=True)]
    pictures = signed_pixels(values[:, None, None], limit)
    return sprites_html(pictures, _LOGIT_WIDTH, [f"{layer.name}, {text}" for text in texts], texts)


def _cells_html(layer: Layer, values: Values, limit: float) -> str:
    cells = signed_pixels(as_cells(values, _CELLS_PER_ROW), limit)
    return sprites_html(
        cells[None],
        _CELL * cells.shape[1],
        [tr_plain("{layer}, {count:,} values", layer=layer.name, count=len(values))],
    )
