"""The fields of a run's settings, which the form for a run and the one for a sweep share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.config.fields import FIELDS, Field, option_fields
from core.config.run_config import RunConfig
from core.errors import ConfigError
from models import MODELS, Architecture
from pages.components.forms.field import can_hold, draw_field, editable
from pages.components.forms.mistake import show_mistake

_MAIN = ("optimizer", "lr", "epochs", "batch_size")
_MORE = (
    *("schedule", "gamma", "step_size", "momentum", "weight_decay", "val_fraction"),
    *("scaling", "augment", "precision", "gradients", "seed", "device", "threads"),
)
_SWITCHES = ("keep_best", "watch_test")
# Fields that only count beside a certain value of another field.
_COUNT_BESIDE = {"gamma": ("schedule", "step"), "step_size": ("schedule", "step"), "momentum": ("optimizer", "sgd")}


class ConfigFields:
    """One form's fields. The session keeps their values, under names that begin with `prefix`.

    The names also hold a number, which is another one after each `fill`. A browser that has not heard of the new values
    yet sends the old ones along with the next click; under the old names they change nothing.

    left_out: fields and options that are not drawn.
    mistake: what is wrong with the form; stands at its field, which is drawn even where it does not count.
    """

    def __init__(self, prefix: str, left_out: Collection[str] = (), mistake: ConfigError | None = None) -> None:
        self._prefix = prefix
        self._left_out = left_out
        self._mistake = mistake

    def key(self, name: str) -> str:
        """Where the session keeps a field's value."""
        return self._key(name, self._filled)

    def without(self, *names: str) -> ConfigFields:
        """The same fields but for these."""
        return ConfigFields(self._prefix, names, self._mistake)

    def with_mistake(self, mistake: ConfigError | None) -> ConfigFields:
        """The same fields, saying what is wrong with one of them."""
        return ConfigFields(self._prefix, self._left_out, mistake)

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
        options = {name: editable(option) for name, option in config.options.items()}
        self.put({**{name: getattr(config, name) for name in FIELDS}, "options": options})

    def put(self, values: Mapping[str, Any]) -> None:
        """The inverse of `values`, for values that these fields can hold. Call it before they are drawn."""
        before, number = self._filled - 1, self._filled + 1
        fields = {name: values[name] for name in FIELDS}
        options = {_option_name(values["arch"], name): option for name, option in values["options"].items()}
        for name, value in (fields | options).items():
            st.session_state[self._key(name, number)] = value
        st.session_state[f"{self._prefix}filled"] = number
        # Those of the filling that is replaced stay: a run of the page that a click has interrupted, in a thread of its
        # own, may still be reading them.
        outdated = self._key("", before)
        for key in [key for key in st.session_state if str(key).startswith(outdated)]:
            del st.session_state[key]

    def can_hold(self, values: Any) -> bool:
        """Whether `put` can take this, be it a valid configuration or not. It may be anything."""
        if not isinstance(values, dict) or {*values} != {*FIELDS, "options"}:
            return False
        if not all(can_hold(field, values[name]) for name, field in FIELDS.items()):
            return False
        options, fields = values["options"], option_fields(values["arch"])
        if not isinstance(options, dict) or {*options} != {*fields}:
            return False
        return all(can_hold(field, options[name]) for name, field in fields.items())

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
            self._draw_field(FIELDS[name], self.key(name), on_change)

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

    @property
    def mistake_in_more(self) -> ConfigError | None:
        """The mistake, where it stands among what `draw_more` draws."""
        options = [option.name for option in self.architecture.options[1:]]
        drawn = {*options, *_MORE, *_SWITCHES} - {*self._left_out}
        return self._mistake if self._mistake and self._mistake.field in drawn else None

    def _draw(self, names: Collection[str]) -> None:
        for name in names:
            if name not in self._left_out and self._is_shown(name):
                self._draw_field(FIELDS[name], self.key(name))

    def _is_shown(self, name: str) -> bool:
        if self._mistake and self._mistake.field == name:
            return True
        other, value = _COUNT_BESIDE.get(name, ("", None))
        return not other or other in self._left_out or st.session_state[self.key(other)] == value

    def _draw_options(self, start: int, stop: int | None) -> None:
        fields = option_fields(self.architecture.name)
        for option in self.architecture.options[start:stop]:
            key = self._option_key(option.name)
            st.session_state.setdefault(key, editable(option.default))
            if option.name not in self._left_out:
                self._draw_field(fields[option.name], key)

    def _draw_field(self, field: Field, key: str, on_change: Callable[[], None] | None = None) -> None:
        """Draw a field, and directly below it the mistake that is about it."""
        # In a container even without a mistake. Else the field would change its place in the page when the mistake
        # comes or goes, and would lose the focus.
        with st.container(gap=None):
            draw_field(field, key, on_change)
            show_mistake(field.name, self._mistake)

    def _option_key(self, name: str) -> str:
        return self.key(_option_name(self.architecture.name, name))

    def _key(self, name: str, filled: int) -> str:
        return f"{self._prefix}{filled}_{name}"

    @property
    def _filled(self) -> int:
        count: int = st.session_state.get(f"{self._prefix}filled", 0)
        return count


def _option_name(arch: str, option: str) -> str:
    return f"{arch}_{option}"


def _pairs() -> DeltaGenerator:
    return st.grid(2, min_column_width=110)
