"""The choice of a network to look into: a run's trained one, or a fresh one of any architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from core.config.run_config import RunConfig
from core.data.datasets import is_available
from core.errors import ConfigError
from core.runs.record import RunRecord
from core.settings import data_root
from models import MODELS, Option
from pages.components.runs.run_picker import pick_run
from pages.components.shell.wording import choice, refusal, value

_TRAINED, _FRESH = "A trained network", "A fresh one"
_SOURCE, _ARCH, _QUERY = "anatomy_source", "anatomy_arch", "arch"
_KEPT: Literal["session"] = "session"


@dataclass(frozen=True)
class NetworkChoice:
    """A network with the weights of `record`, or with fresh ones where that is None."""

    config: RunConfig
    record: RunRecord | None

    @property
    def run(self) -> Path | None:
        """The folder that holds its weights."""
        return self.record.path if self.record else None

    @property
    def key(self) -> str:
        """Tells networks apart in the names of widgets."""
        return self.record.id if self.record else self.config.arch


def choose_network() -> NetworkChoice | None:
    """Draw the choice. An architecture in the address (`?arch=…`) asks for a fresh network, a run for its own.

    None after saying that there is no run, or what is wrong with the options.
    """
    _follow_address()
    source = st.segmented_control(
        "Look into",
        (_TRAINED, _FRESH),
        key=_SOURCE,
        required=True,
        persist_state=_KEPT,
        on_change=_clear_address,
        help="A fresh one is any architecture as it is before training.",
    )
    if source == _FRESH:
        return _choose_fresh()
    record = pick_run()
    if record is None:
        st.info("There is no trained network yet. Look at a fresh one, or train one.", icon=":material/school:")
        st.page_link("pages/train.py", label="Train one", icon=":material/play_circle:")
        return None
    return NetworkChoice(record.config, record)


def _follow_address() -> None:
    st.session_state.setdefault(_SOURCE, _TRAINED)
    asked = st.query_params.get(_QUERY)
    if asked is None:
        return
    st.session_state[_SOURCE] = _FRESH
    if asked in MODELS:
        st.session_state[_ARCH] = asked
    else:
        st.warning(f"Unknown architecture {asked!r} in the address; known: {', '.join(MODELS)}.")


def _clear_address() -> None:
    for name in (_QUERY, "run"):
        st.query_params.pop(name, None)


def _choose_fresh() -> NetworkChoice | None:
    arch = st.selectbox(
        "Architecture",
        list(MODELS),
        key=_ARCH,
        persist_state=_KEPT,
        format_func=lambda name: MODELS[name].title,
        on_change=_clear_address,
    )
    st.caption(MODELS[arch].summary)
    with st.grid(2, min_column_width=110):
        options = {option.name: _choose_option(arch, option) for option in MODELS[arch].options}
    st.query_params.pop("run", None)
    st.query_params[_QUERY] = arch
    return _make(arch, options)


def _choose_option(arch: str, option: Option) -> Any:
    key = f"anatomy_{arch}_{option.name}"
    default = value(option.default) if isinstance(option.default, tuple) else option.default
    st.session_state.setdefault(key, default)
    if option.kind == "choice":
        return st.selectbox(
            option.label, option.choices, key=key, persist_state=_KEPT, format_func=choice, help=option.help
        )
    if option.kind == "float":
        return st.number_input(option.label, key=key, persist_state=_KEPT, step=0.1, format="%g", help=option.help)
    return st.text_input(option.label, key=key, persist_state=_KEPT, help=option.help)


def _make(arch: str, options: Mapping[str, Any]) -> NetworkChoice | None:
    dataset = "mnist" if is_available("mnist", data_root()) else "digits"
    try:
        # Plain gradient descent is what every architecture can be trained by.
        return NetworkChoice(RunConfig(dataset, arch, options, "sgd", lr=0.01), None)
    except ConfigError as error:
        st.error(refusal(error), icon=":material/error:")
        return None
