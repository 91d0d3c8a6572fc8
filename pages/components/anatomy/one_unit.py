"""How the chosen unit computes its values, forward, and what one step of training does there, backward."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Literal

import streamlit as st

from core.anatomy.counting import title
from core.anatomy.layers import SOFTMAX, WEIGHTED
from core.anatomy.one_unit import UnitPass, look_into_unit
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.data.datasets import Images
from core.errors import LabError
from core.storage.stamp import file_stamp
from models.texts import mark
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.anatomy.sliding import show_sliding
from pages.components.anatomy.sums import show_sums
from pages.components.anatomy.unit_choice import Unit
from pages.components.forms.pills import choose_pill
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr
from pages.components.shell.wording import certainty, name_classes

_Way = Literal["forward", "backward"]
_WAYS: dict[_Way, tuple[str, str]] = {
    "forward": (mark("Forward"), ":material/arrow_forward:"),
    "backward": (mark("Backward"), ":material/arrow_back:"),
}
_WAY, _LR, _TRUE = "unit_way", "unit_lr", "unit_true"
# The usual learning rate of plain SGD, for a network that another optimizer has trained.
_USUAL_LR = 0.01
# Probability of the true class from which on gradients are too small to be seen in three digits.
_CERTAIN = 0.99
# Answers in the cache, of all visitors together. Each holds up to half a megabyte.
_MAX_ANSWERS = 40


def show_unit(network: NetworkChoice, image: Images, label: int | None, predicted: int, unit: Unit) -> None:
    """Draw the computation of the unit for the image (28, 28).

    label: the image's true class, where it is known. predicted: the class with the highest probability.
    """
    way = _choose_way(unit)
    true, lr = predicted if label is None else label, _USUAL_LR
    if way == "backward":
        true, lr = _choose_step(network, image, unit, true, is_known=label is not None)
    try:
        stamp = file_stamp(network.record.weights_file) if network.record else None
        key = f"{network.config.to_dict()} {network.run} {stamp}"
        found = _look(network.config, network.run, image, true, unit.layer.name, unit.number, key)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    step = lr if way == "backward" else None
    if way == "backward" and found.certainty > _CERTAIN:
        st.caption(
            tr(
                "The network gives the true class {p}, so the loss is small and all gradients are tiny. An image that "
                "it gets wrong has larger ones; the Evaluate page lists such images.",
                p=certainty(found.certainty),
            )
        )
    if len(unit.layer.output_shape) == 3:
        show_sliding(found, step)
    else:
        show_sums(found, step, name_classes(find_dataset(network.config.dataset)), true)


def _choose_way(unit: Unit) -> _Way:
    name = f"**{unit.layer.name}** · {tr(title(unit.layer))}"
    if unit.layer.kind != SOFTMAX:
        is_map = len(unit.layer.output_shape) == 3
        name += " · " + (tr("map {number}", number=unit.number) if is_map else tr("unit {number}", number=unit.number))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(name, width="content")
        return choose_pill(tr("Direction"), _WAYS, _WAY, width="content")


def _choose_step(network: NetworkChoice, image: Images, unit: Unit, true: int, is_known: bool) -> tuple[int, float]:
    """Draw what the step is made of; returns the true class and the learning rate.

    The learning rate is asked for at fully connected and convolutional layers alone: only their new weights are shown.
    """
    names = name_classes(find_dataset(network.config.dataset))
    st.caption(
        tr(
            "One step of plain SGD on this image alone, whatever optimizer the run has: every weight becomes "
            "w − lr · dL/dw. L is the cross-entropy of the true class. As in prediction, no unit is dropped, and "
            "batch normalisation uses its running mean and variance."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if is_known:
            st.markdown(tr("True class: **{name}**", name=names[true]), width="content")
        else:
            help_text = tr("Nobody but you knows it. At first it is the class that the network predicts.")
            # Another drawing has a class of its own.
            key = f"{_TRUE}_{network.key}_{zlib.crc32(image.tobytes())}"
            st.session_state.setdefault(key, true)
            true = st.selectbox(
                tr("True class"), range(len(names)), key=key, format_func=names.__getitem__, help=help_text, width=150
            )
        if unit.layer.kind not in WEIGHTED:
            return true, _USUAL_LR
        usual = network.config.lr if network.config.optimizer == "sgd" else _USUAL_LR
        lr_key = f"{_LR}_{network.key}"
        st.session_state.setdefault(lr_key, usual)
        lr = st.number_input(
            tr("Learning rate of this step"),
            min_value=0.0,
            max_value=100.0,
            key=lr_key,
            persist_state="session",
            format="%g",
            step=0.01,
            width=200,
        )
    return true, float(lr)


# `key` is there for the cache: a network in training has other weights a moment later.
@st.cache_data(max_entries=_MAX_ANSWERS, show_spinner=False, hash_funcs={RunConfig: lambda _: None})
def _look(
    config: RunConfig,
    run: Path | None,
    image: Images,
    label: int,
    layer: str,
    unit: int,
    key: str,  # noqa: ARG001
) -> UnitPass:
    return job_queue().compute.call(look_into_unit, config, run, image, label, layer, unit)
