"""The lesson that linear layers in a row are one linear layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from core.anatomy.collapse import Collapse, compare, random_stack
from core.anatomy.inside import NetworkCollapse, collapse_network
from core.anatomy.layers import Anatomy
from core.charts.bends import bends_chart, bends_data
from core.config.run_config import RunConfig
from core.data.datasets import ImageSet, is_available
from core.errors import LabError
from core.settings import data_root
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.data.images_in_memory import load_test_images
from pages.components.pictures.latex_lines import show_lines, style_latex
from pages.components.shell.services import job_queue
from pages.components.shell.wording import percent

_SEED, _FIRST_SEED = "bends_seed", 4
_N_IMAGES, _N_RANDOM = 500, 256
_MULTIPLIED_OUT = (
    r"\mathbf{W}_2 (\mathbf{W}_1 \mathbf{x} + \mathbf{b}_1) + \mathbf{b}_2",
    r"=\; \underbrace{\mathbf{W}_2 \mathbf{W}_1}_{\mathbf{W}}\, \mathbf{x} + "
    r"\underbrace{\mathbf{W}_2 \mathbf{b}_1 + \mathbf{b}_2}_{\mathbf{b}}",
)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def show_collapse(network: NetworkChoice, anatomy: Anatomy) -> None:
    """Draw the lesson: the algebra, the chosen network, layers of any width, and a curve."""
    st.markdown("Two linear layers in a row are one linear layer. Put the second into the first and multiply out:")
    style_latex()
    show_lines(_MULTIPLIED_OUT)
    st.markdown("So depth adds nothing, until something that is not linear stands between the layers.")
    if len(anatomy.dense_tail()) > 1:
        _show_network(network)
    _show_random()
    _show_bends()


def _show_network(network: NetworkChoice) -> None:
    st.subheader("This network without its activations", anchor=False)
    try:
        images = _images(network)
        stamp = network.record.weights_file.stat().st_mtime_ns if network.record else 0
        found = _collapse(network.config, network.run, images, f"{network.config.to_dict()} {network.run} {stamp}")
    except (LabError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    _show_figures(found.collapse)
    st.markdown(_explain(found))
    if network.record:
        with st.container(horizontal=True, gap="medium"):
            st.metric("With activations", percent(found.accuracy, 1), width="content")
            st.metric("Without", percent(found.linear_accuracy, 1), width="content")
        st.caption(f"Accuracy on the first {len(images):,} test images.")


@st.cache_data(max_entries=64, show_spinner="Taking the activations out…")
def _collapse(_config: RunConfig, _run: Path | None, _images: ImageSet, key: str) -> NetworkCollapse:  # noqa: ARG001
    return job_queue().compute.call(collapse_network, _config, _run, _images.images, _images.labels)


def _images(network: NetworkChoice) -> ImageSet:
    """Some test images of the network's data set, or digits that are always there."""
    name = network.config.dataset
    return load_test_images(name if is_available(name, data_root()) else "digits", data_root())[:_N_IMAGES]


def _explain(found: NetworkCollapse) -> str:
    collapse = found.collapse
    return (
        f"Without activations, one matrix gives the same: scores reach {collapse.largest_output:.3g} and differ by "
        f"{_power(collapse.difference)} at most, which is rounding. With its activations, the network's scores are up "
        f"to {found.change:.3g} away from these: no single matrix does what it does."
    )


def _show_figures(found: Collapse) -> None:
    sizes = " → ".join(f"{size:,}" for size in found.sizes)
    st.markdown(f"{sizes}, against {found.sizes[0]:,} → {found.sizes[-1]:,}")
    with st.container(horizontal=True, gap="medium"):
        st.metric("Parameters", f"{found.n_stack:,}", width="content")
        st.metric("As one layer", f"{found.n_single:,}", width="content")
        st.metric(
            "Largest difference",
            _power(found.difference),
            width="content",
            help=f"Between the outputs of both, which reach {found.largest_output:.3g}, in 32-bit numbers.",
        )
        st.metric(
            "Rank",
            f"{found.rank}",
            width="content",
            help=f"Of the one matrix. It cannot exceed the narrowest layer: {min(found.sizes)}.",
        )


def _power(value: float) -> str:
    """A small number such as 5·10⁻⁶."""
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"


def _show_random() -> None:
    st.subheader("Any widths", anchor=False)
    st.caption("Random linear layers from 784 inputs to 10 outputs, fed with random numbers.")
    left, right = st.columns([1, 3], gap="large")
    with left:
        depth = st.slider("Hidden layers", 1, 6, 2)
        width = st.select_slider("Units in each", (1, 2, 4, 8, 16, 32, 64, 128, 256, 512), 128)
    with right:
        stack = random_stack((784, *[width] * depth, 10), seed=depth)
        inputs = np.random.default_rng(0).standard_normal((_N_RANDOM, 784), np.float32)
        found = compare(stack, inputs)
        _show_figures(found)
        if width < 10:
            st.markdown(f"A narrow layer even loses something: through {width} numbers, the rank is at most {width}.")


def _show_bends() -> None:
    st.subheader("One number in, one number out", anchor=False)
    st.markdown(
        "Two hidden layers of 16, the same weights twice. Alone they draw a straight line. With ReLU between them "
        "the line bends, and with enough bends it can follow any curve."
    )
    st.echarts_chart(bends_chart(bends_data(st.session_state.get(_SEED, _FIRST_SEED))), key="bends", height=320)
    st.button("Other weights", icon=":material/shuffle:", on_click=_next_seed)


def _next_seed() -> None:
    st.session_state[_SEED] = st.session_state.get(_SEED, _FIRST_SEED) + 1
