"""Pictures of what each layer of a network gives for one image."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.anatomy.counting import shape_text, title
from core.anatomy.inside import Inside, Values
from core.anatomy.layers import DROPOUT, FLATTEN, RELU, WEIGHTED, Anatomy, Layer
from core.charts.signed import as_cells, largest, signed_pixels
from pages.components.pictures.sprites import scale_html, sprites_html

Names = tuple[str, ...]

_CELLS_A_ROW, _CELL = 32, 15
_MAP_WIDTH, _SCORE_WIDTH = 52, 44
# Layers that change no number when a network answers.
_PASSED_ON = {
    FLATTEN: "the same {count} numbers, now in one row.",
    DROPOUT: "passes everything on unchanged: it works in training only.",
}


def show_layer_pictures(anatomy: Anatomy, inside: Inside, names: Names) -> None:
    """Draw all layers up to the softmax, first to last. `names`: of the classes."""
    for group in _groups(anatomy):
        st.divider()
        _show_group(names, [(anatomy.layers[place], inside.values[place]) for place in group])


def _groups(anatomy: Anatomy) -> list[list[int]]:
    """Places of the layers up to the softmax, in groups around one weighted layer each."""
    groups: list[list[int]] = [[]]
    for place, layer in enumerate(anatomy.layers[:-1]):
        if layer.kind in WEIGHTED and any(anatomy.layers[other].kind in WEIGHTED for other in groups[-1]):
            groups.append([])
        groups[-1].append(place)
    return groups


def _show_group(names: Names, group: list[tuple[Layer, Values]]) -> None:
    """Layers that pass everything on in a line of text each, the others as pictures, two in a row."""
    row: list[DeltaGenerator] = []
    for layer, values in group:
        if layer.kind in _PASSED_ON:
            st.caption(f"**{layer.name}** · {_PASSED_ON[layer.kind].format(count=f'{values.size:,}')}")
            continue
        row = row or list(st.columns(2, gap="large"))
        with row.pop(0):
            _show_layer(names, layer, values)


def _show_layer(names: Names, layer: Layer, values: Values) -> None:
    limit = largest(values)
    zeros = f" · {(values == 0).mean():.0%} are 0" if layer.kind == RELU else ""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{layer.name}** · {title(layer)} · {shape_text(layer.output_shape)}{zeros}", width="content")
        st.html(scale_html(limit), width="content")
    if values.ndim == 3:
        st.html(_maps_html(layer, values, limit))
    elif values.shape == (len(names),):
        st.html(_scores_html(layer, values, limit, names))
    else:
        st.html(_cells_html(layer, values, limit))


def _maps_html(layer: Layer, values: Values, limit: float) -> str:
    # A whole number of screen pixels for each number keeps the pictures sharp.
    width = values.shape[2] * max(1, round(_MAP_WIDTH / values.shape[2]))
    return sprites_html(
        signed_pixels(values, limit), width, [f"{layer.name}, channel {number}" for number in range(len(values))]
    )


def _scores_html(layer: Layer, values: Values, limit: float, names: Names) -> str:
    texts = [f"{name}: {value:.1f}".replace("-", "−") for name, value in zip(names, values, strict=True)]
    pictures = signed_pixels(values[:, None, None], limit)
    return sprites_html(pictures, _SCORE_WIDTH, [f"{layer.name}, {text}" for text in texts], texts)


def _cells_html(layer: Layer, values: Values, limit: float) -> str:
    cells = signed_pixels(as_cells(values, _CELLS_A_ROW), limit)
    return sprites_html(cells[None], _CELL * cells.shape[1], [f"{layer.name}, {len(values)} numbers"])
