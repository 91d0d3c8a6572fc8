"""A network's formulas, layer by layer, and how its optimizer changes the parameters."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.anatomy.counting import shape_text, title
from core.anatomy.formulas import formulas
from core.anatomy.layers import SOFTMAX, Anatomy, Layer
from core.anatomy.updates import update
from core.config.run_config import RunConfig, allowed_values
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.pictures.latex_lines import show_lines, style_latex

# What is usual for each, for a network that no run has chosen one for.
_USUAL: dict[str, dict[str, str | float]] = {
    "SGD": {"optimizer": "sgd", "lr": 0.01},
    "Momentum": {"optimizer": "sgd", "lr": 0.01, "momentum": 0.9},
    "Adam": {"optimizer": "adam", "lr": 0.001},
    "AdamW": {"optimizer": "adamw", "lr": 0.001, "weight_decay": 0.01},
    "Adadelta": {"optimizer": "adadelta", "lr": 1.0},
}


def show_formulas(network: NetworkChoice, anatomy: Anatomy) -> None:
    """Draw every layer's forward and backward pass, then the update."""
    style_latex()
    st.markdown(
        "**Forward**, each layer turns what it is given into something new, from the pixels to ten probabilities. "
        "**Backward**, the chain rule carries the gradient of the loss $L$ from the last layer to the first. "
        r"$\boldsymbol{\delta}_\ell$ stands for $\partial L / \partial \mathbf{z}_\ell$, and "
        r"$\odot$ multiplies number by number."
    )
    if any(layer.settings.get("inputs_first") for layer in anatomy.layers):
        st.caption("Vectors are rows here, as in this network's code.")
    config = network.config
    for layer, lines in zip(anatomy.layers, formulas(anatomy, config.batch_size), strict=True):
        with st.expander(_heading(layer), expanded=layer is anatomy.first_weighted() or layer.kind == SOFTMAX):
            forward, backward = st.columns(2, gap="large")
            with forward:
                _show_lines("Forward", lines.forward)
            with backward:
                _show_lines("Backward", lines.backward)
    st.subheader("The step", anchor=False)
    _show_update(config if network.record else _choose_optimizer(config), anatomy.n_parameters, _count_steps(network))


def _heading(layer: Layer) -> str:
    end = " and loss" if layer.kind == SOFTMAX else ""
    same = title(layer).lower() == layer.name.lower()
    name = f"**{title(layer) if same else layer.name}{end}**"
    parts = [name, *([] if same else [title(layer)])]
    change = shape_text(layer.output_shape)
    if layer.input_shape != layer.output_shape:
        change = f"{shape_text(layer.input_shape)} → {change}"
    return " · ".join([*parts, change])


def _show_lines(heading: str, lines: Sequence[str]) -> None:
    st.caption(heading)
    if not lines:
        st.caption("Nothing: nothing before this layer is learned.")
        return
    show_lines(lines)


def _choose_optimizer(config: RunConfig) -> RunConfig:
    allowed = allowed_values(config.arch)
    names = [
        name
        for name, values in _USUAL.items()
        if all(value in allowed.get(field, (value,)) for field, value in values.items())
    ]
    name = st.segmented_control("Optimizer", names, default=names[0], required=True)
    return config.replace(**_USUAL[name])


def _count_steps(network: NetworkChoice) -> int | None:
    """Steps an epoch of a run that has images of its own; None where the configuration tells."""
    if network.record is None or not network.record.extra_file.is_file():
        return None
    started = network.record.history().started
    return started.steps_per_epoch if started else None


def _show_update(config: RunConfig, n_parameters: int, own_steps: int | None) -> None:
    found = update(config)
    st.markdown(
        f"**{found.title}** changes each of the {n_parameters:,} parameters, here called $\\theta$, after every batch "
        f"of {config.batch_size:,} images: {own_steps or found.steps:,} times an epoch."
    )
    rule, values = st.columns(2, gap="large")
    with rule:
        st.caption("The rule")
        show_lines(found.rule)
    with values:
        st.caption("With this run's values")
        show_lines((*found.values, found.schedule))
