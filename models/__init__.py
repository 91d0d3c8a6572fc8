"""The architectures. To add one: write a file with `build(**options)` and add one entry to `MODELS`.

Reading the registry never imports torch; `create_model` does.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.options import (
    Option,
    OptionError,
    OptionValue,
    activation_option,
    check_options,
    dropout_option,
    widths_option,
)

__all__ = ["MODELS", "Architecture", "Option", "OptionError", "OptionValue", "create_model", "find_architecture"]


@dataclass(frozen=True)
class Architecture:
    """An entry of the registry. `module` holds `build(**options)`, imported on first use."""

    name: str
    title: str
    summary: str
    module: str
    options: tuple[Option, ...] = ()

    def check_options(self, given: Mapping[str, object]) -> dict[str, OptionValue]:
        """Fill in defaults and check values; raises OptionError."""
        return check_options(self.options, given)

    def label(self, options: Mapping[str, OptionValue]) -> str:
        """A short name for one choice of options, such as "MLP 128-64"."""
        hidden = options.get("hidden")
        return f"{self.title} {'-'.join(map(str, hidden))}" if isinstance(hidden, tuple) else self.title


_ENTRIES = (
    Architecture("softmax", "Softmax regression", "One linear layer from 784 pixels to 10 scores.", "models.softmax"),
    Architecture(
        "mlp",
        "MLP",
        "Fully connected layers of any width, with an activation after each hidden one.",
        "models.mlp",
        (widths_option((128, 128)), activation_option(), dropout_option()),
    ),
    Architecture(
        "cnn",
        "CNN",
        "Two 3×3 convolutions, max-pooling and two dense layers, with dropout.",
        "models.cnn",
    ),
)

MODELS: dict[str, Architecture] = {entry.name: entry for entry in _ENTRIES}


def find_architecture(name: str) -> Architecture:
    """The registry's entry of that name; raises OptionError with the known names."""
    try:
        return MODELS[name]
    except KeyError:
        raise OptionError(f"Unknown architecture {name!r}; known: {', '.join(MODELS)}.") from None


def create_model(name: str, options: Mapping[str, object] | None = None) -> Any:
    """Build a network with fresh weights from torch's current random state.

    It maps images, float32 (N, 1, 28, 28), to logits (N, 10). Raises OptionError.
    """
    architecture = find_architecture(name)
    checked = architecture.check_options(options or {})
    return importlib.import_module(architecture.module).build(**checked)
