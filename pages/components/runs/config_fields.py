"""The fields of a run's settings, as the forms for a run and for a sweep both have them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.config.limits import AUGMENTS, DEVICES, OPTIMIZERS, SCALINGS, SCHEDULES
from core.config.run_config import RunConfig
from core.data.catalog import DATASETS
from models import MODELS, Architecture, Option
from pages.components.shell.wording import choice, value

# A form outlives a visit to another page, and a field one that is hidden for a while.
KEPT: Literal["session"] = "session"
_AUGMENT_HELP = "Warped: each training image is shifted, turned, slanted, bent and thickened, anew in every epoch."
_FIELDS = [f.name for f in fields(RunConfig) if f.name != "options"]


class ConfigFields:
    """One form's fields. Their values are kept in the session, under names that begin with `prefix`.

    left_out: fields and options that are not drawn.
    """

    def __init__(self, prefix: str, left_out: Collection[str] = ()) -> None:
        self._prefix = prefix
        self._left_out = left_out

    def key(self, name: str) -> str:
        """Where a field's value is kept."""
        return f"{self._prefix}{name}"

    @property
    def architecture(self) -> Architecture:
        """The architecture that is chosen."""
        return MODELS[st.session_state[self.key("arch")]]

    def fill(self, config: RunConfig) -> None:
        """Put a configuration into the fields; to be called before they are drawn."""
        for name in _FIELDS:
            st.session_state[self.key(name)] = getattr(config, name)
        for name, option in config.options.items():
            st.session_state[self._option_key(config.arch, name)] = _editable(option)

    def values(self) -> dict[str, Any]:
        """What the fields hold, for `RunConfig.from_dict`; what is left out is not among it."""
        names = [name for name in _FIELDS if name not in self._left_out and self.key(name) in st.session_state]
        options = {
            option.name: st.session_state[self._option_key(self.architecture.name, option.name)]
            for option in self.architecture.options
            if option.name not in self._left_out
        }
        return {**{name: st.session_state[self.key(name)] for name in names}, "options": options}

    def draw_first(self) -> None:
        """Data set and architecture."""
        self._select("dataset", "Data set", list(DATASETS), lambda name: DATASETS[name].title)
        self._select("arch", "Architecture", list(MODELS), lambda name: MODELS[name].title)

    def draw_main(self) -> None:
        """What is changed most often."""
        for option in self.architecture.options[:1]:
            self._option(option)
        with _pairs():
            self._select("optimizer", "Optimizer", OPTIMIZERS)
            self._number("lr", "Learning rate", 0.001)
            self._whole("epochs", "Epochs")
            self._whole("batch_size", "Batch size")

    def draw_more(self) -> None:
        """Everything else."""
        with _pairs():
            for option in self.architecture.options[1:]:
                self._option(option)
            self._select("schedule", "Schedule", SCHEDULES, help="How the learning rate changes while training.")
            if "schedule" in self._left_out or st.session_state[self.key("schedule")] == "step":
                self._number("gamma", "Factor", 0.1, help="What the learning rate is multiplied by in each step down.")
                self._whole("step_size", "Epochs a step")
            if "optimizer" in self._left_out or st.session_state[self.key("optimizer")] == "sgd":
                self._number("momentum", "Momentum", 0.1)
            self._number("weight_decay", "Weight decay", 0.0001)
            self._number("val_fraction", "Validation share", 0.05, help="Taken from the end of the training images.")
            self._select("scaling", "Pixels", SCALINGS)
            self._select("augment", "Augmentation", AUGMENTS, help=_AUGMENT_HELP)
            self._whole("seed", "Seed", help="Decides start weights, order of batches and dropout.")
            self._select("device", "Device", DEVICES)
            self._whole("threads", "Threads", help="One is fastest for small networks; the CNN gains from two.")
        self._switch(
            "keep_best", "Keep the best epoch", "Keep the weights of the epoch with the best validation accuracy."
        )
        self._switch("watch_test", "Watch the test set", "Measure it after every epoch. Nothing is chosen by it.")

    def _option(self, option: Option) -> None:
        if option.name in self._left_out:
            return
        key = self._option_key(self.architecture.name, option.name)
        if key not in st.session_state:
            st.session_state[key] = _editable(option.default)
        if option.kind == "choice":
            st.selectbox(
                option.label, option.choices, key=key, persist_state=KEPT, format_func=choice, help=option.help
            )
        elif option.kind == "float":
            st.number_input(option.label, key=key, persist_state=KEPT, step=0.1, format="%g", help=option.help)
        else:
            st.text_input(option.label, key=key, persist_state=KEPT, help=f"{option.help} Such as 256-128-64.")

    def _select(
        self, name: str, title: str, options: Sequence[str], words: Any = choice, help: str | None = None
    ) -> None:
        if name not in self._left_out:
            st.selectbox(title, options, key=self.key(name), persist_state=KEPT, format_func=words, help=help)

    def _whole(self, name: str, title: str, help: str | None = None) -> None:
        if name not in self._left_out:
            st.number_input(title, key=self.key(name), persist_state=KEPT, step=1, help=help)

    def _number(self, name: str, title: str, step: float, help: str | None = None) -> None:
        if name not in self._left_out:
            st.number_input(title, key=self.key(name), persist_state=KEPT, step=step, format="%g", help=help)

    def _switch(self, name: str, title: str, help: str) -> None:
        if name not in self._left_out:
            st.toggle(title, key=self.key(name), persist_state=KEPT, help=help)

    def _option_key(self, arch: str, name: str) -> str:
        return self.key(f"{arch}_{name}")


def _pairs() -> DeltaGenerator:
    return st.grid(2, min_column_width=110)


def _editable(option: Any) -> Any:
    """Sizes of layers as the text in which they are edited."""
    return value(option) if isinstance(option, tuple) else option
