"""The weights that look at the pixels, as pictures."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.anatomy.inside import FirstWeights, first_weights
from core.charts.signed import signed_pixels
from core.data.catalog import find_dataset
from core.errors import LabError
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.pictures.sprites import scale_html, sprites_html
from pages.components.shell.services import job_queue

_PAGE_SIZE = 48
_TILE, _CLASS_TILE = 84, 140
# The few largest weights would leave all others pale.
_QUANTILE = 0.998
_STRENGTH = "Strength: the length of a unit's weights times the length of those with which the next layer reads it."
_ORDERS = ("Strongest first", "By number")


def show_weights(network: NetworkChoice) -> None:
    """Draw a picture for each unit or filter of the first layer."""
    try:
        weights = job_queue().compute.call(first_weights, network.config, network.run)
    except (LabError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    names = find_dataset(network.config.dataset).class_names
    st.markdown(_explain(weights))
    limit = float(np.quantile(np.abs(weights.pictures), _QUANTILE))
    count = len(weights.pictures)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        order = np.arange(count) if weights.is_last else _choose_order(weights)
        st.html(scale_html(limit), width="content")
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
        "Order", _ORDERS, default=_ORDERS[0], required=True, label_visibility="collapsed", help=_STRENGTH
    )
    count = len(weights.pictures)
    return np.argsort(-weights.strength, kind="stable") if chosen == _ORDERS[0] else np.arange(count)


def _explain(weights: FirstWeights) -> str:
    count, height, width = weights.pictures.shape
    if weights.is_last:
        return (
            "One picture for each class: ink on blue pixels speaks for the class, ink on orange ones against it. "
            "The score is the sum over all pixels."
        )
    if (height, width) == (28, 28):
        return (
            f"Each of the {count:,} units of **{weights.layer}** has a weight for every pixel. "
            "Ink on blue pixels excites the unit, ink on orange ones holds it back."
        )
    return (
        f"Each of the {count:,} filters of **{weights.layer}** is a window of {height}×{width} weights that slides "
        "over the image. It answers where there is ink under its blue weights and none under its orange ones."
    )


def _draw(weights: FirstWeights, shown: NDArray[np.intp], limit: float, captions: list[str], tile: int = _TILE) -> None:
    pixels = signed_pixels(weights.pictures[shown], limit)
    labels = [f"{weights.layer}, {captions[i]}: strength {weights.strength[i]:.3g}" for i in shown]
    st.html(sprites_html(pixels, tile, labels, [captions[i] for i in shown]))
