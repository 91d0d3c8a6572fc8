"""A network's formulas, layer by layer, and how its optimizer changes the parameters."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.anatomy.counting import shape_text, title
from core.anatomy.formulas import formulas
from core.anatomy.layers import SOFTMAX, Anatomy, Layer
from core.anatomy.updates import update
from core.config.run_config import RunConfig, allowed_values
from models.texts import mark
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.pictures.latex_lines import show_lines, style_latex
from pages.components.shell.texts import escape_markdown, tr, tr_plain

# Usual settings of each optimizer, for a network that belongs to no run.
_USUAL: dict[str, dict[str, str | float]] = {
    "SGD": {"optimizer": "sgd", "lr": 0.01},
    mark("Momentum"): {"optimizer": "sgd", "lr": 0.01, "momentum": 0.9},
    "Adam": {"optimizer": "adam", "lr": 0.001},
    "AdamW": {"optimizer": "adamw", "lr": 0.001, "weight_decay": 0.01},
    "Adadelta": {"optimizer": "adadelta", "lr": 1.0},
}


def show_formulas(network: NetworkChoice, anatomy: Anatomy) -> None:
    """Draw every layer's forward and backward pass, then the update."""
    style_latex()
    st.markdown(
        tr(
            "**Forward**, each layer computes its output from its input, from the pixels to ten probabilities. "
            "**Backward**, the chain rule carries the gradient of the loss $L$ from the last layer to the first. "
            r"$\boldsymbol{\delta}_\ell$ stands for $\partial L / \partial \mathbf{z}_\ell$, and "
            r"$\odot$ multiplies element by element."
        )
    )
    if any(layer.settings.get("inputs_first") for layer in anatomy.layers):
        st.caption(tr("Vectors are rows here, as in this network's code."))
    config = network.config
    for layer, lines in zip(anatomy.layers, formulas(anatomy, config.batch_size, tr_plain), strict=True):
        with st.expander(_heading(layer), expanded=layer is anatomy.first_weighted() or layer.kind == SOFTMAX):
            forward, backward = st.columns(2, gap="large")
            with forward:
                _show_lines(tr("Forward"), lines.forward)
            with backward:
                _show_lines(tr("Backward"), lines.backward)
    st.subheader(tr("The step"), anchor=False)
    _show_update(config if network.record else _choose_optimizer(config), anatomy.n_parameters, _count_steps(network))


def _heading(layer: Layer) -> str:
    kind, change = tr(title(layer)), shape_text(layer.output_shape)
    if layer.input_shape != layer.output_shape:
        change = f"{shape_text(layer.input_shape)} → {change}"
    if layer.kind == SOFTMAX:
        return f"**{tr('Softmax and loss')}** · {change}"
    if kind.lower() == layer.name.lower():
        return f"**{kind}** · {change}"
    return f"**{escape_markdown(layer.name)}** · {kind} · {change}"


def _show_lines(heading: str, lines: Sequence[str]) -> None:
    st.caption(heading)
    if not lines:
        st.caption(tr("None: no layer before this one learns anything."))
        return
    show_lines(lines)


def _choose_optimizer(config: RunConfig) -> RunConfig:
    allowed = allowed_values(config.arch)
    names = [
        name
        for name, values in _USUAL.items()
        if all(value in allowed.get(field, (value,)) for field, value in values.items())
    ]
    name = st.segmented_control(tr("Optimizer"), names, default=names[0], required=True, format_func=tr)
    return config.replace(**_USUAL[name])


def _count_steps(network: NetworkChoice) -> int | None:
    """Steps per epoch of a run that has images of its own. None where the configuration gives the number."""
    if network.record is None or not network.record.extra_file.is_file():
        return None
    started = network.record.history().started
    return started.steps_per_epoch if started else None


def _show_update(config: RunConfig, n_parameters: int, own_steps: int | None) -> None:
    found = update(config, tr_plain)
    st.markdown(
        tr(
            "**{optimizer}** changes each of the {parameters:,} parameters, here called $\\theta$, after every batch "
            "of {batch_size:,} images: {steps:,} times per epoch.",
            optimizer=found.title,
            parameters=n_parameters,
            batch_size=config.batch_size,
            steps=own_steps or found.steps,
        )
    )
    rule, values = st.columns(2, gap="large")
    with rule:
        st.caption(tr("The rule"))
        show_lines(found.rule)
    with values:
        st.caption(tr("With this run's values"))
        show_lines((*found.values, found.schedule))
