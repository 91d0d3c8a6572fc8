"""The first layer's weights as pictures."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.anatomy.inside import FirstWeights, first_weights
from core.data.catalog import find_dataset
from core.errors import LabError
from models.texts import mark
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.pictures.signed import signed_colours, signed_pixels
from pages.components.pictures.sprites import scale_html, sprites_html
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes

# Pictures on a page.
_PAGE_SIZE = 48
# Width of a unit's picture in CSS pixels.
_TILE = 84
# Width of a class's picture in CSS pixels.
_CLASS_TILE = 140
# Quantile of the absolute weights that gets the full colour. The few largest weights would make all others pale.
_QUANTILE = 0.998
_STRONGEST = mark("Strongest first")
_BY_NUMBER = mark("By number")


def show_weights(network: NetworkChoice) -> None:
    """Draw a picture for each unit or filter of the first layer."""
    try:
        weights = job_queue().compute.call(first_weights, network.config, network.run)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    names = name_classes(find_dataset(network.config.dataset))
    st.markdown(_explain(weights))
    limit = float(np.quantile(np.abs(weights.pictures), _QUANTILE))
    count = len(weights.pictures)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        order = np.arange(count) if weights.is_last else _choose_order(weights)
        st.html(scale_html(limit, signed_colours()), width="content")
    if weights.is_last:
        _draw(weights, order, limit, list(names), _CLASS_TILE)
        return
    pages, key = -(-count // _PAGE_SIZE), f"weights_page_{network.key}_{count}"
    number = min(st.session_state.get(key, 1), pages)
    shown = order[(number - 1) * _PAGE_SIZE : number * _PAGE_SIZE]
    _draw(weights, shown, limit, [str(place) for place in range(count)])
    if pages > 1:
        st.pagination(pages, key=key)


def _choose_order(weights: FirstWeights) -> NDArray[np.intp]:
    chosen = st.segmented_control(
        tr("Order"),
        (_STRONGEST, _BY_NUMBER),
        default=_STRONGEST,
        required=True,
        format_func=tr,
        label_visibility="collapsed",
        help=tr(
            "A unit's strength: the norm of its weights times the norm of the weights by which the next layer uses it."
        ),
    )
    count = len(weights.pictures)
    return np.argsort(-weights.strength, kind="stable") if chosen == _STRONGEST else np.arange(count)


def _explain(weights: FirstWeights) -> str:
    count, height, width = weights.pictures.shape
    if weights.is_last:
        return tr(
            "One picture for each class. Ink on blue pixels raises the logit of the class, ink on orange pixels lowers "
            "it. The logit is the sum over all pixels, plus the bias."
        )
    if (height, width) == (28, 28):
        return tr(
            "Each of the {count:,} units of **{layer}** has a weight for every pixel. "
            "Ink on blue pixels raises the unit's value, ink on orange pixels lowers it.",
            count=count,
            layer=weights.layer,
        )
    return tr(
        "Each of the {count:,} filters of **{layer}** is a window of {height}×{width} weights that slides "
        "over the image. Its value is high where there is ink under its blue weights and none under its orange ones.",
        count=count,
        layer=weights.layer,
        height=height,
        width=width,
    )


def _draw(weights: FirstWeights, shown: NDArray[np.intp], limit: float, captions: list[str], tile: int = _TILE) -> None:
    pixels = signed_pixels(weights.pictures[shown], limit, signed_colours())
    labels = [
        tr_plain("{layer}, {unit}: strength {strength:.3g}", layer=weights.layer, unit=captions[i], strength=strength)
        for i, strength in zip(shown, weights.strength[shown].tolist(), strict=True)
    ]
    st.html(sprites_html(pixels, tile, labels, [captions[i] for i in shown]))
