"""The fields of a run's settings, which the form for a run and the one for a sweep share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.config.fields import FIELDS, option_fields
from core.config.run_config import RunConfig
from models import MODELS, Architecture
from pages.components.forms.field import draw_field, editable

_MAIN = ("optimizer", "lr", "epochs", "batch_size")
_MORE = (
    *("schedule", "gamma", "step_size", "momentum", "weight_decay", "val_fraction"),
    *("scaling", "augment", "seed", "device", "threads"),
)
_SWITCHES = ("keep_best", "watch_test")
# Fields that only count beside a certain value of another field.
_COUNT_BESIDE = {"gamma": ("schedule", "step"), "step_size": ("schedule", "step"), "momentum": ("optimizer", "sgd")}


class ConfigFields:
    """One form's fields. The session keeps their values, under names that begin with `prefix`.

    The names also hold a number, which is another one after each `fill`. A browser that has not heard of the new values
    yet sends the old ones along with the next click; under the old names they change nothing.

    left_out: fields and options that are not drawn.
    """

    def __init__(self, prefix: str, left_out: Collection[str] = ()) -> None:
        self._prefix = prefix
        self._left_out = left_out

    def key(self, name: str) -> str:
        """Where the session keeps a field's value."""
        return f"{self._prefix}{self._filled}_{name}"

    def without(self, *names: str) -> ConfigFields:
        """The same fields but for these."""
        return ConfigFields(self._prefix, names)

    @property
    def is_filled(self) -> bool:
        """Whether the fields have values already."""
        return self._filled > 0

    @property
    def architecture(self) -> Architecture:
        """The chosen architecture."""
        return MODELS[st.session_state[self.key("arch")]]

    def fill(self, config: RunConfig) -> None:
        """Put a configuration into the fields. Call it before they are drawn."""
        for key in [key for key in st.session_state if str(key).startswith(self.key(""))]:
            del st.session_state[key]
        st.session_state[f"{self._prefix}filled"] = self._filled + 1
        for name in FIELDS:
            st.session_state[self.key(name)] = getattr(config, name)
        for name, option in config.options.items():
            st.session_state[self._option_key(name)] = editable(option)

    def values(self) -> dict[str, Any]:
        """What the fields hold, for `RunConfig.from_dict`, without those that are left out."""
        names = [name for name in FIELDS if name not in self._left_out]
        options = [option for option in self.architecture.options if option.name not in self._left_out]
        return {
            **{name: st.session_state[self.key(name)] for name in names},
            # An architecture that was chosen just now has options whose fields were never drawn.
            "options": {
                option.name: st.session_state.get(self._option_key(option.name), editable(option.default))
                for option in options
            },
        }

    def draw_first(self, on_change: Callable[[], None] | None = None) -> None:
        """Data set and architecture. `on_change` is called when the visitor chooses another one."""
        for name in ("dataset", "arch"):
            draw_field(FIELDS[name], self.key(name), on_change)

    def draw_main(self) -> None:
        """What is changed most often."""
        self._draw_options(0, 1)
        with _pairs():
            self._draw(_MAIN)

    def draw_more(self) -> None:
        """Everything else."""
        with _pairs():
            self._draw_options(1, None)
            self._draw(_MORE)
        self._draw(_SWITCHES)

    def _draw(self, names: Collection[str]) -> None:
        for name in names:
            if name not in self._left_out and self._counts(name):
                draw_field(FIELDS[name], self.key(name))

    def _counts(self, name: str) -> bool:
        other, value = _COUNT_BESIDE.get(name, ("", None))
        return not other or other in self._left_out or st.session_state[self.key(other)] == value

    def _draw_options(self, start: int, stop: int | None) -> None:
        fields = option_fields(self.architecture.name)
        for option in self.architecture.options[start:stop]:
            key = self._option_key(option.name)
            st.session_state.setdefault(key, editable(option.default))
            if option.name not in self._left_out:
                draw_field(fields[option.name], key)

    def _option_key(self, name: str) -> str:
        return self.key(f"{self.architecture.name}_{name}")

    @property
    def _filled(self) -> int:
        count: int = st.session_state.get(f"{self._prefix}filled", 0)
        return count


def _pairs() -> DeltaGenerator:
    return st.grid(2, min_column_width=110)
