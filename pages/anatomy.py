"""The parts of a network: layers, formulas, weights and activations."""

import streamlit as st

from core.anatomy.inside import describe
from core.anatomy.layers import Anatomy
from core.config.run_config import RunConfig
from core.errors import LabError
from pages.components.anatomy.activations import show_activations
from pages.components.anatomy.collapse import show_collapse
from pages.components.anatomy.formulas import show_formulas
from pages.components.anatomy.layers import show_layers
from pages.components.anatomy.network_choice import NetworkChoice, choose_network
from pages.components.anatomy.weights import show_weights
from pages.components.draw.source.drawing import last_picture
from pages.components.runs.run_picker import name_run
from pages.components.shell.presenter import form_key, is_presenting
from pages.components.shell.services import job_queue
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import tr
from pages.components.shell.wording import percent

enter()


def _layers_key(config: RunConfig) -> str:
    """A key of the settings that decide a network's layers."""
    return f"{config.arch} {sorted(config.options.items())}"


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={RunConfig: _layers_key})
def describe_network(config: RunConfig) -> Anatomy:
    return job_queue().compute.call(describe, config)


def show_network(network: NetworkChoice, anatomy: Anatomy) -> None:
    layers, formulas, weights, activations, collapse = st.tabs(
        [tr("Layers"), tr("Formulas"), tr("Weights"), tr("Activations"), tr("Why an activation?")],
        key="anatomy_tab",
        on_change="rerun",
    )
    if layers.open:
        with layers:
            show_layers(anatomy)
    if formulas.open:
        with formulas:
            show_formulas(network, anatomy)
    if weights.open:
        with weights:
            show_weights(network)
    if activations.open:
        with activations:
            show_activations(network, anatomy, last_picture)
    if collapse.open:
        with collapse:
            show_collapse(network, anatomy)


def show_title(network: NetworkChoice, anatomy: Anatomy) -> None:
    config = network.config
    with st.container(horizontal=True, gap="medium"):
        st.metric(tr("Network"), tr(config.network_label()), width="content")
        st.metric(tr("Parameters"), f"{anatomy.n_parameters:,}", width="content")
        if network.record and network.record.result:
            st.metric(tr("Test accuracy"), percent(network.record.result.test_accuracy), width="content")


# While presenting there is a name on the left, and large figures on the right.
left, right = st.columns([1, 3] if is_presenting() else [2, 3], gap="medium", vertical_alignment="bottom")
with left:
    with st.container(key=form_key("network")):
        network = choose_network()
    if network and network.record:
        name_run(network.record)
if network:
    try:
        with st.spinner(tr("Taking the network apart…")):
            anatomy = describe_network(network.config)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
    else:
        with right:
            show_title(network, anatomy)
        show_network(network, anatomy)
