"""The architectures. To add one: write a file with `build(**options)` and add one entry to `MODELS`.

Reading the registry never imports torch; `create_model` does.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from models.options import (
    Option,
    OptionError,
    OptionValue,
    activation_option,
    check_options,
    dropout_option,
    start_option,
    widths_option,
)
from models.texts import mark

if TYPE_CHECKING:
    # The home page reads the registry and needs no NumPy.
    from numpy.typing import DTypeLike

__all__ = [
    "MODELS",
    "Architecture",
    "Option",
    "OptionError",
    "OptionValue",
    "create_model",
    "create_numpy_model",
    "find_architecture",
]


@dataclass(frozen=True)
class Architecture:
    """An entry of the registry. `module` holds `build(**options)`, imported on first use.

    backend: what the network is written in, which decides the learner that trains it. A NumPy network's
    `build` also takes `seed` and `dtype`. is_dense: whether a torch network is a chain of dense layers.
    """

    name: str
    title: str
    summary: str
    module: str
    options: tuple[Option, ...] = ()
    backend: Literal["torch", "numpy"] = "torch"
    is_dense: bool = False

    def check_options(self, given: Mapping[str, object]) -> dict[str, OptionValue]:
        """Fill in defaults and check values; raises OptionError."""
        return check_options(self.options, given)

    def sizes(self, options: Mapping[str, OptionValue]) -> str:
        """The sizes of the hidden layers, such as "128-64"; empty where they cannot be chosen."""
        hidden = options.get("hidden")
        return "-".join(map(str, hidden)) if isinstance(hidden, tuple) else ""


_ENTRIES = (
    Architecture(
        "softmax",
        mark("Softmax regression"),
        mark("One linear layer from 784 pixels to 10 scores."),
        "models.softmax",
        is_dense=True,
    ),
    Architecture(
        "mlp",
        "MLP",
        mark("Fully connected layers of any width, with an activation after each hidden one."),
        "models.mlp",
        (widths_option((128, 128)), activation_option(), dropout_option(), start_option()),
        is_dense=True,
    ),
    Architecture(
        "mlp-scratch",
        mark("MLP from scratch"),
        mark("784-256-10 from raw parameters and its own ReLU, started from N(0, 0.01)."),
        "models.mlp_scratch",
        is_dense=True,
    ),
    Architecture(
        "numpy-mlp",
        mark("NumPy MLP"),
        mark("Fully connected layers with ReLU in NumPy alone, forward and backward passes written by hand."),
        "models.numpy_mlp",
        (widths_option((128, 128)),),
        backend="numpy",
    ),
    Architecture(
        "cnn",
        "CNN",
        mark("Two 3×3 convolutions, max-pooling and two dense layers, with dropout."),
        "models.cnn",
    ),
    Architecture(
        "handwriting",
        mark("Handwriting CNN"),
        mark("Six 3×3 convolutions with batch normalisation and two dense layers: small, quick and accurate."),
        "models.handwriting",
        (dropout_option(0.3),),
    ),
    Architecture(
        "sprint",
        mark("Sprint CNN"),
        mark("Three convolutions with batch normalisation, the first of which halves the picture: made to train fast."),
        "models.sprint",
    ),
    Architecture(
        "best",
        mark("Best CNN"),
        mark("Five convolutions with batch normalisation and one dense layer: made to err least."),
        "models.best",
    ),
)

MODELS: dict[str, Architecture] = {entry.name: entry for entry in _ENTRIES}


def find_architecture(name: str) -> Architecture:
    """The registry's entry of that name; raises OptionError with the known names."""
    try:
        return MODELS[name]
    except (KeyError, TypeError):
        raise OptionError(
            "Unknown architecture {name!r}; known: {known}.", name=name, known=", ".join(MODELS)
        ) from None


def create_model(name: str, options: Mapping[str, object] | None = None) -> Any:
    """Build a torch network with fresh weights from torch's current random state.

    It maps images, float32 (N, 1, 28, 28), to logits (N, 10) and has the two steps of `models.network.Classifier`.
    Raises OptionError, for a NumPy network too.
    """
    return _build(name, "torch", options or {})


def create_numpy_model(name: str, options: Mapping[str, object], seed: int, dtype: DTypeLike = "float32") -> Any:
    """Build a NumPy network with fresh weights from `seed`. Raises OptionError, for a torch network too."""
    return _build(name, "numpy", options, seed=seed, dtype=dtype)


def _build(name: str, backend: str, options: Mapping[str, object], **extra: object) -> Any:
    architecture = find_architecture(name)
    if architecture.backend != backend:
        raise OptionError(
            "{title} is written in {backend}, not in {wanted}.",
            title=architecture.title,
            backend=architecture.backend,
            wanted=backend,
        )
    return importlib.import_module(architecture.module).build(**architecture.check_options(options), **extra)
