"""What an architecture lets its user choose, described once for checks, forms and the command line."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

OptionValue = int | float | str | bool | tuple[int, ...]


class OptionError(ValueError):
    """An option has a value that is not allowed; the message names both."""


@dataclass(frozen=True)
class Option:
    """One choice of an architecture.

    kind: "widths" (one to eight layer sizes), "choice" (one of `choices`) or "float"
    (a number from `minimum` to `maximum`).
    """

    name: str
    label: str
    kind: Literal["widths", "choice", "float"]
    default: OptionValue
    help: str = ""
    choices: tuple[str, ...] = ()
    minimum: float = 0.0
    maximum: float = 1.0

    def check(self, value: object) -> OptionValue:
        """Return `value` in its canonical type, or raise OptionError."""
        if self.kind == "widths":
            return self._check_widths(value)
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.choices:
                raise OptionError(f"{self.label} is {value!r}; it must be one of {', '.join(self.choices)}.")
            return value
        return self._check_float(value)

    def _check_widths(self, value: object) -> tuple[int, ...]:
        limits = f"{self.label} must be 1 to 8 whole numbers from 1 to 4096, such as 128-64"
        given = value
        if isinstance(value, str):
            parts = value.replace("-", ",").replace(" ", ",").split(",")
            value = [part for part in parts if part]
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= 8:
            raise OptionError(f"{limits}; got {given!r}.")
        try:
            # int() would round 64.5 without a word.
            widths = tuple(int(width) if isinstance(width, str) else operator.index(width) for width in value)
        except (TypeError, ValueError):
            raise OptionError(f"{limits}; got {given!r}.") from None
        for width in widths:
            if not 1 <= width <= 4096:
                raise OptionError(f"{limits}; got {given!r}.")
        return widths

    def _check_float(self, value: object) -> float:
        if not isinstance(value, bool) and isinstance(value, (int, float)) and self.minimum <= value <= self.maximum:
            return float(value)
        raise OptionError(f"{self.label} is {value!r}; it must be a number from {self.minimum} to {self.maximum}.")


def check_options(options: tuple[Option, ...], given: Mapping[str, object]) -> dict[str, OptionValue]:
    """Fill in defaults and check every value. Raises OptionError, for unknown names too."""
    known = {option.name: option for option in options}
    for name in given:
        if name not in known:
            allowed = ", ".join(known) or "none"
            raise OptionError(f"This architecture has no option {name!r}; it has: {allowed}.")
    return {name: option.check(given.get(name, option.default)) for name, option in known.items()}


def widths_option(default: tuple[int, ...]) -> Option:
    """Sizes of the hidden layers, first to last."""
    return Option("hidden", "Hidden layers", "widths", default, help="Sizes of the hidden layers, first to last.")


def activation_option(default: str = "relu") -> Option:
    """The function after each hidden layer."""
    return Option(
        "activation",
        "Activation",
        "choice",
        default,
        help="The function after each hidden layer. Without one, layers collapse into a single linear map.",
        choices=("relu", "prelu", "sigmoid", "tanh"),
    )


def dropout_option(default: float = 0.0) -> Option:
    """Share of hidden units switched off at random in each training step."""
    return Option(
        "dropout",
        "Dropout",
        "float",
        default,
        help="Share of hidden units switched off at random in each training step.",
        minimum=0.0,
        maximum=0.9,
    )


def start_option(default: str = "uniform") -> Option:
    """How the weights of the fully connected layers start."""
    return Option(
        "start",
        "Start weights",
        "choice",
        default,
        help=(
            "uniform: within ±1/√inputs, PyTorch's own way. normal: deviation 0.01, biases 0. "
            "numpy: the very numbers that the NumPy MLP draws from the same seed, within ±√(6/inputs), biases 0."
        ),
        choices=("uniform", "normal", "numpy"),
    )
