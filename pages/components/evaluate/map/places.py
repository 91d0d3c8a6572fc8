"""Where the test images lie on the map: kept, or computed on request."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.embedding.components import Components
from core.embedding.maps import (
    FEATURES,
    OUTPUTS,
    PIXELS,
    compute_components,
    compute_tsne,
    find_components,
    find_tsne,
)
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import message
from pages.components.evaluate.map.choices import Choices
from pages.components.shell.long_call import await_call
from pages.components.shell.texts import tr


def show_places(record: RunRecord, choices: Choices) -> NDArray[np.float32] | None:
    """The places (N, 2), with a caption of what they mean; None while they have yet to be computed.

    Then their progress is drawn, or the button that starts it. Raises LabError, OSError.
    """
    if choices.method == "pca":
        components = _components(record, choices.source)
        if components is None:
            return None
        _explain_pca(components)
        return components.values[:, :2]
    places = find_tsne(record, choices.source)
    if places is None:
        st.markdown(tr("t-SNE puts images beside each other that are near each other in all dimensions."))
        key, label = f"tsne_{record.id}_{choices.source}", message("Compute the map")
        places = await_call(key, label, compute_tsne, record, data_root(), choices.source)
    if places is not None:
        st.caption(
            tr(
                "Near points are images that are alike to the network, or in their pixels. How large a cluster is, and "
                "how far from the next, means nothing: t-SNE keeps neighbours, not distances."
            )
        )
    return places


def _components(record: RunRecord, source: str) -> Components | None:
    if kept := find_components(record, source):
        return kept
    key, label = f"components_{record.id}_{source}", message("Compute the map")
    is_at_once = source in (OUTPUTS, FEATURES, PIXELS)
    if is_at_once:
        st.caption(tr("The principal components are computed once and kept."))
    else:
        st.markdown(tr("All test images go through the network up to this layer; what it gives for them is kept."))
    return await_call(key, label, compute_components, record, data_root(), source, starts_itself=is_at_once)


def _explain_pca(components: Components) -> None:
    st.caption(
        tr(
            "The two directions in which the images differ most. They hold {share:.0%} of the variance, so what lies "
            "together here may be far apart in the others.",
            share=float(components.explained[:2].sum()),
        )
    )
