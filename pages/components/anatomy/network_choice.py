"""The choice of a network to look into: a run's trained one, or a fresh one of any architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.config.fields import FIELDS, option_fields
from core.config.run_config import RunConfig
from core.data.datasets import is_available
from core.errors import ConfigError
from core.runs.record import RunRecord
from core.settings import data_root
from models import MODELS
from pages.components.forms.field import draw_field, editable
from pages.components.runs.run_picker import RUN, pick_run
from pages.components.shell.address import choose, drop, follow, named, say_unknown, settle
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

_TRAINED, _FRESH = "trained", "fresh"
_SOURCE, _ARCH, _QUERY = "anatomy_source", "anatomy_arch", "arch"


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
    arch = follow(_QUERY)
    if named(RUN) and not named(_QUERY):
        arch = None
    words = {_TRAINED: tr("A trained network"), _FRESH: tr("A fresh one")}
    st.session_state[_SOURCE] = _FRESH if arch else _TRAINED
    st.segmented_control(
        tr("Look into"),
        list(words),
        key=_SOURCE,
        required=True,
        format_func=words.__getitem__,
        on_change=callback(_choose_source),
        help=tr("A fresh one is any architecture as it is before training."),
    )
    if arch:
        return _choose_fresh(arch)
    record = pick_run()
    if record is None:
        st.info(tr("There is no trained network yet. Look at a fresh one, or train one."), icon=":material/school:")
        st.page_link("pages/train.py", label=tr("Train one"), icon=":material/play_circle:")
        return None
    return NetworkChoice(record.config, record)


def _choose_source() -> None:
    if st.session_state[_SOURCE] == _FRESH:
        _choose_architecture()
    else:
        choose(_QUERY, None)


def _choose_architecture() -> None:
    choose(_QUERY, st.session_state.get(_ARCH) or next(iter(MODELS)), instead_of=[RUN])


def _choose_fresh(arch: str) -> NetworkChoice | None:
    drop(RUN)
    if arch in MODELS:
        st.session_state[_ARCH] = arch
        settle(_QUERY, arch)
    else:
        say_unknown(tr(FIELDS["arch"].label), arch, MODELS)
    name = draw_field(FIELDS["arch"], _ARCH, _choose_architecture)
    st.caption(tr(MODELS[name].summary))
    with st.grid(2, min_column_width=110):
        options = {option.name: _draw_option(name, option.name, option.default) for option in MODELS[name].options}
    return _make(name, options)


def _draw_option(arch: str, name: str, default: Any) -> Any:
    key = f"anatomy_{arch}_{name}"
    st.session_state.setdefault(key, editable(default))
    return draw_field(option_fields(arch)[name], key)


def _make(arch: str, options: Mapping[str, Any]) -> NetworkChoice | None:
    dataset = "mnist" if is_available("mnist", data_root()) else "digits"
    try:
        # Plain gradient descent can train every architecture.
        return NetworkChoice(RunConfig(dataset, arch, options, "sgd", lr=0.01), None)
    except ConfigError as error:
        st.error(tr(error), icon=":material/error:")
        return None
