"""A demonstration that several linear layers in a row are one linear layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from core.anatomy.collapse import Collapse, compare, random_stack
from core.anatomy.inside import NetworkCollapse, collapse_network
from core.anatomy.layers import Anatomy
from core.charts.bends import bends_data
from core.config.run_config import RunConfig
from core.data.datasets import ImageSet, is_available
from core.errors import LabError
from core.settings import data_root
from core.storage.stamp import file_stamp
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.charts.bends import bends_chart
from pages.components.charts.echarts import draw_echarts
from pages.components.data.images_in_memory import load_test_images
from pages.components.pictures.latex_lines import show_lines, style_latex
from pages.components.shell.errors import callback
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import percent, short_number

# Key of the seed of the curve's weights, and its first value.
_SEED = "bends_seed"
_FIRST_SEED = 4
# Test images that the accuracies are measured on.
_N_IMAGES = 500
# Random inputs that the layers are compared on.
_N_RANDOM = 256
_MULTIPLIED_OUT = (
    r"\mathbf{W}_2 (\mathbf{W}_1 \mathbf{x} + \mathbf{b}_1) + \mathbf{b}_2",
    r"=\; \underbrace{\mathbf{W}_2 \mathbf{W}_1}_{\mathbf{W}}\, \mathbf{x} + "
    r"\underbrace{\mathbf{W}_2 \mathbf{b}_1 + \mathbf{b}_2}_{\mathbf{b}}",
)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def show_collapse(network: NetworkChoice, anatomy: Anatomy) -> None:
    """Draw the algebra, the chosen network, layers of any width, and a curve."""
    st.markdown(tr("Two linear layers in a row are one linear layer. Put the first into the second and multiply out:"))
    style_latex()
    show_lines(_MULTIPLIED_OUT)
    st.markdown(tr("So depth adds nothing unless something nonlinear stands between the layers."))
    if len(tail := anatomy.dense_tail()) > 1:
        is_whole = not any(layer.parameters for layer in anatomy.layers[: tail[0]])
        _show_network(network, is_whole)
    _show_random()
    _show_bends()


def _show_network(network: NetworkChoice, is_whole: bool) -> None:
    """is_whole: whether the network has no layers with parameters before the dense ones at its end."""
    if is_whole:
        st.subheader(tr("This network without its activations"), anchor=False)
    else:
        st.subheader(tr("This network’s last layers without the activations between them"), anchor=False)
        st.caption(tr("The convolutions before them keep their activations, so the images’ features stay as they are."))
    try:
        images = _images(network)
        stamp = file_stamp(network.record.weights_file) if network.record else None
        with st.spinner(tr("Taking the activations out…")):
            found = _collapse(network.config, network.run, images, f"{network.config.to_dict()} {network.run} {stamp}")
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    _show_figures(found.collapse)
    st.markdown(_explain(found))
    if network.record:
        with st.container(horizontal=True, gap="medium"):
            st.metric(tr("With activations"), percent(found.accuracy, 1), width="content")
            st.metric(tr("Without"), percent(found.linear_accuracy, 1), width="content")
        st.caption(tr("Accuracy on the first {count:,} test images.", count=len(images)))


@st.cache_data(max_entries=64, show_spinner=False)
def _collapse(_config: RunConfig, _run: Path | None, _images: ImageSet, key: str) -> NetworkCollapse:  # noqa: ARG001
    return job_queue().compute.call(collapse_network, _config, _run, _images.images, _images.labels)


def _images(network: NetworkChoice) -> ImageSet:
    """Test images of the network's data set, or the embedded digits where its files are missing."""
    name = network.config.dataset
    return load_test_images(name if is_available(name, data_root()) else "digits", data_root())[:_N_IMAGES]


def _explain(found: NetworkCollapse) -> str:
    collapse = found.collapse
    return tr(
        "Without activations, one matrix gives the same logits: they reach {largest} and differ by {difference} at "
        "most, which is rounding. With its activations, the network's logits differ from these by up to {change}: "
        "no single matrix computes them.",
        largest=short_number(collapse.largest_output),
        difference=_power(collapse.difference),
        change=short_number(found.change),
    )


def _show_figures(found: Collapse) -> None:
    sizes = " → ".join(f"{size:,}" for size in found.sizes)
    single = f"{found.sizes[0]:,} → {found.sizes[-1]:,}"
    st.markdown(tr("{sizes}, against {single}", sizes=sizes, single=single))
    with st.container(horizontal=True, gap="medium"):
        st.metric(tr("Parameters"), f"{found.n_stack:,}", width="content")
        st.metric(tr("As one layer"), f"{found.n_single:,}", width="content")
        st.metric(
            tr("Largest difference"),
            _power(found.difference),
            width="content",
            help=tr(
                "Between their outputs, which reach {largest}, in float32.", largest=short_number(found.largest_output)
            ),
        )
        st.metric(
            tr("Rank"),
            f"{found.rank}",
            width="content",
            help=tr(
                "Of the single matrix. It cannot exceed the width of the narrowest layer, {width}.",
                width=min(found.sizes),
            ),
        )


def _power(value: float) -> str:
    """A small number such as 5·10⁻⁶."""
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"


def _show_random() -> None:
    st.subheader(tr("Any widths"), anchor=False)
    st.caption(tr("Random linear layers from 784 inputs to 10 outputs, applied to random numbers."))
    left, right = st.columns([1, 3], gap="large")
    with left:
        depth = st.slider(tr("Hidden layers"), 1, 6, 2)
        width = st.select_slider(tr("Units in each"), (1, 2, 4, 8, 16, 32, 64, 128, 256, 512), 128)
    with right:
        stack = random_stack((784, *[width] * depth, 10), seed=depth)
        inputs = np.random.default_rng(0).standard_normal((_N_RANDOM, 784), np.float32)
        found = compare(stack, inputs)
        _show_figures(found)
        if width < 10:
            narrow = tr(
                "A narrow layer even loses something: a matrix through {width} numbers has at most rank {width}.",
                width=width,
            )
            st.markdown(narrow)


def _show_bends() -> None:
    st.subheader(tr("One number in, one number out"), anchor=False)
    st.markdown(
        tr(
            "Two hidden layers of 16 units, the same weights twice. Alone they give a straight line. With ReLU "
            "between them the line bends, and with enough bends it can follow any curve."
        )
    )
    option = bends_chart(bends_data(st.session_state.get(_SEED, _FIRST_SEED)))
    draw_echarts(option, key="bends", height=320, alt=tr_plain("A network’s output over its one input"))
    st.button(tr("Other weights"), icon=":material/shuffle:", on_click=callback(_next_seed))


def _next_seed() -> None:
    st.session_state[_SEED] = st.session_state.get(_SEED, _FIRST_SEED) + 1
