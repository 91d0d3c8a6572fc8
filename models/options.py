"""What an architecture lets its user choose, described once for checks, forms and the command line."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from models.texts import mark

OptionValue = int | float | str | bool | tuple[int, ...]

MAX_LAYERS = 8
MAX_WIDTH = 4096


class OptionError(ValueError):
    """An option has a value that is not allowed; the message names both.

    text, values: the message and what its fields hold, for the catalogue of texts. The field "field" is the option.
    """

    def __init__(self, text: str, /, **values: Any) -> None:
        self.text, self.values = text, values
        super().__init__(text.format(**values) if values else text)


@dataclass(frozen=True)
class Option:
    """One choice of an architecture.

    kind: "widths" (one to eight layer sizes), "choice" (one of `choices`) or "float"
    (a number from `minimum` to `maximum`).
    choices: the allowed values, each with the words that a form shows for it.
    """

    name: str
    label: str
    kind: Literal["widths", "choice", "float"]
    default: OptionValue
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    minimum: float = 0.0
    maximum: float = 1.0

    def check(self, value: object) -> OptionValue:
        """Return `value` in its canonical type, or raise OptionError."""
        if self.kind == "widths":
            return self._check_widths(value)
        if self.kind == "choice":
            if isinstance(value, str) and value in self.choices:
                return value
            raise OptionError(
                "{field} is {value!r}; it must be one of {choices}.",
                field=self.name,
                value=value,
                choices=", ".join(self.choices),
            )
        if not isinstance(value, bool) and isinstance(value, (int, float)) and self.minimum <= value <= self.maximum:
            return float(value)
        raise OptionError(
            "{field} is {value!r}; it must be a number from {minimum:g} to {maximum:g}.",
            field=self.name,
            value=value,
            minimum=self.minimum,
            maximum=self.maximum,
        )

    def _check_widths(self, value: object) -> tuple[int, ...]:
        given = value.replace("-", " ").replace(",", " ").split() if isinstance(value, str) else value
        try:
            if isinstance(given, (list, tuple)) and 1 <= len(given) <= MAX_LAYERS:
                # int() would round 64.5 down.
                widths = tuple(int(width) if isinstance(width, str) else operator.index(width) for width in given)
                if all(1 <= width <= MAX_WIDTH for width in widths):
                    return widths
        except (TypeError, ValueError):
            pass
        raise OptionError(
            "{field} is {value!r}; it must be 1 to {layers} whole numbers from 1 to {width}, such as 128-64.",
            field=self.name,
            value=value,
            layers=MAX_LAYERS,
            width=MAX_WIDTH,
        )


def check_options(options: tuple[Option, ...], given: Mapping[str, object]) -> dict[str, OptionValue]:
    """Fill in defaults and check every value. Raises OptionError, for unknown names too."""
    known = {option.name: option for option in options}
    for name in given:
        if name in known:
            continue
        if not known:
            raise OptionError("This architecture has no option {name!r}; it has none.", name=name)
        raise OptionError(
            "This architecture has no option {name!r}; it has: {known}.", name=name, known=", ".join(known)
        )
    return {name: option.check(given.get(name, option.default)) for name, option in known.items()}


def widths_option(default: tuple[int, ...]) -> Option:
    """Sizes of the hidden layers, first to last."""
    return Option(
        "hidden",
        mark("Hidden layers"),
        "widths",
        default,
        help=mark("Sizes of the hidden layers, first to last, such as 256-128-64."),
    )


def activation_option(default: str = "relu") -> Option:
    """The function after each hidden layer."""
    return Option(
        "activation",
        mark("Activation"),
        "choice",
        default,
        help=mark("The function after each hidden layer. Without one, layers collapse into a single linear map."),
        choices={"relu": "ReLU", "prelu": "PReLU", "sigmoid": "Sigmoid", "tanh": "Tanh"},
    )


def dropout_option(default: float = 0.0) -> Option:
    """Share of hidden units switched off at random in each training step."""
    return Option(
        "dropout",
        mark("Dropout"),
        "float",
        default,
        help=mark("Share of hidden units switched off at random in each training step."),
        minimum=0.0,
        maximum=0.9,
    )


def start_option(default: str = "uniform") -> Option:
    """How the weights of the fully connected layers start."""
    return Option(
        "start",
        mark("Start weights"),
        "choice",
        default,
        help=mark(
            "Uniform: within ±1/√inputs, as PyTorch does. Normal: deviation 0.01, biases 0. "
            "As in NumPy: the same numbers that the NumPy MLP draws from the same seed, within ±√(6/inputs), biases 0."
        ),
        choices={"uniform": mark("Uniform"), "normal": mark("Normal"), "numpy": mark("As in NumPy")},
    )
