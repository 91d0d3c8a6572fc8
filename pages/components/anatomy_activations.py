"""What each layer makes of one test image."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.anatomy.counting import shape_text, title
from core.anatomy.inside import Inside, Values, look_inside
from core.anatomy.layers import DROPOUT, FLATTEN, RELU, WEIGHTED, Anatomy, Layer
from core.catalog import find_dataset
from core.charts.palette import RIGHT, WRONG
from core.charts.signed import as_cells, largest, signed_pixels
from core.errors import LabError
from pages.components.image_choice import ChosenImage, choose_image
from pages.components.network_choice import Network
from pages.components.resources import job_manager
from pages.components.sprites import scale_html, sprites_html

_CELLS_A_ROW, _CELL = 32, 15
_MAP_WIDTH, _SCORE_WIDTH = 52, 44
# Layers that change no number when a network answers.
_PASSED_ON = {
    FLATTEN: "the same {count} numbers, now in one row.",
    DROPOUT: "passes everything on unchanged: it works in training only.",
}

_STYLE = f"""
<style>
.lab-bars {{ display: grid; grid-template-columns: max-content 1fr max-content; gap: 0.28rem 0.75rem;
  align-items: center; font-size: 0.88rem; font-variant-numeric: tabular-nums; max-width: 32rem; }}
.lab-bars i {{ display: block; height: 0.7rem; border-radius: 0.25rem; min-width: 2px; background: currentColor;
  opacity: 0.35; }}
.lab-bars .right i {{ background: {RIGHT}; opacity: 1; }}
.lab-bars .wrong i {{ background: {WRONG}; opacity: 1; }}
.lab-bars > div {{ display: contents; }}
.lab-bars .right, .lab-bars .wrong {{ font-weight: 600; }}
</style>
"""


def show_activations(network: Network, anatomy: Anatomy) -> None:
    """Draw the choice of an image and what every layer gives for it."""
    image = choose_image(network.config.dataset, network.key)
    if image is None:
        return
    try:
        inside = job_manager().host.call(look_inside, network.config, network.run, image.pixels)
    except (LabError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    _show_answer(network, image, inside)
    for group in _groups(anatomy):
        st.divider()
        _show_group(network, [(anatomy.layers[place], inside.values[place]) for place in group])
    st.caption("The softmax turns these scores into the probabilities above.")


def _show_answer(network: Network, image: ChosenImage, inside: Inside) -> None:
    left, right = st.columns([1, 2.4], gap="large", vertical_alignment="center")
    with left:
        ink = np.full((1, 28, 28, 4), 255, np.uint8)
        ink[..., :3] = image.pixels[None, ..., None]
        text = f"Test image {image.number:,}: {image.class_name}"
        st.html(sprites_html(ink, 196, [text], [text]))
    with right:
        names = find_dataset(network.config.dataset).class_names
        st.html(bars_html(inside.probabilities, names, image.class_name))


def bars_html(probabilities: Values, names: tuple[str, ...], true: str) -> str:
    """A bar for each class; the one with the highest probability is green where it is the true one, else red."""
    best = int(probabilities.argmax())
    rows = []
    for place, (name, share) in enumerate(zip(names, probabilities, strict=True)):
        kind = "" if place != best else "right" if name == true else "wrong"
        rows.append(
            f'<div class="{kind}"><span>{escape(name)}</span><i style="width:{100 * float(share):.2f}%"></i>'
            f"<span>{float(share):.1%}</span></div>"
        )
    return f'{_STYLE}<div class="lab-bars">{"".join(rows)}</div>'


def _groups(anatomy: Anatomy) -> list[list[int]]:
    """Places of the layers up to the softmax, in groups around one weighted layer each."""
    groups: list[list[int]] = [[]]
    for place, layer in enumerate(anatomy.layers[:-1]):
        if layer.kind in WEIGHTED and any(anatomy.layers[other].kind in WEIGHTED for other in groups[-1]):
            groups.append([])
        groups[-1].append(place)
    return groups


def _show_group(network: Network, group: list[tuple[Layer, Values]]) -> None:
    """Layers that pass everything on in a line of text each, the others as pictures, two in a row."""
    row: list[DeltaGenerator] = []
    for layer, values in group:
        if layer.kind in _PASSED_ON:
            st.caption(f"**{layer.name}** · {_PASSED_ON[layer.kind].format(count=f'{values.size:,}')}")
            continue
        row = row or list(st.columns(2, gap="large"))
        with row.pop(0):
            _show_layer(network, layer, values)


def _show_layer(network: Network, layer: Layer, values: Values) -> None:
    limit = largest(values)
    zeros = f" · {(values == 0).mean():.0%} are 0" if layer.kind == RELU else ""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{layer.name}** · {title(layer)} · {shape_text(layer.output_shape)}{zeros}", width="content")
        st.html(scale_html(limit), width="content")
    names = find_dataset(network.config.dataset).class_names
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


def _scores_html(layer: Layer, values: Values, limit: float, names: tuple[str, ...]) -> str:
    texts = [f"{name}: {value:.1f}".replace("-", "−") for name, value in zip(names, values, strict=True)]
    pictures = signed_pixels(values[:, None, None], limit)
    return sprites_html(pictures, _SCORE_WIDTH, [f"{layer.name}, {text}" for text in texts], texts)


def _cells_html(layer: Layer, values: Values, limit: float) -> str:
    cells = signed_pixels(as_cells(values, _CELLS_A_ROW), limit)
    return sprites_html(cells[None], _CELL * cells.shape[1], [f"{layer.name}, {len(values)} numbers"])
