"""Every setting of a run, described once: for checks, the command line, the forms, comparisons and sweeps.

The options of the architectures (`models.options`) are described there; `find_field` gives both in the same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from core.config.limits import Limits
from core.data.catalog import DATASETS
from core.errors import ConfigError
from core.texts.message import Message, message
from models import MODELS, Option, OptionError, find_architecture
from models.texts import mark

# For settings that are no numbers.
_NO_LIMITS = Limits(0, 0)
# Threads that a short measurement chooses when a run starts.
AUTO_THREADS = 0
MOST_THREADS = 64
# Who derives the gradients of a step.
BY_HAND, AUTOGRAD, AUTO_GRADIENTS = "by-hand", "autograd", "auto"
# As many as MNIST has to train on.
_MOST_IMAGES = 60_000


@dataclass(frozen=True)
class Field:
    """A setting, as its readers need it. Texts are English; they are translated where they are shown.

    label: the name of the setting.
    kind: "choice" (one of `choices`), "number" (within `limits`), "widths" (sizes of layers) or "switch".
    help: one or two sentences.
    flag_help: what the command line adds to them.
    choices: the allowed values, each with the words that stand for it.
    step: of a number's plus and minus buttons.
    suggestions: values that are worth trying in a sweep; empty where a sweep does not vary the setting.
    """

    name: str
    label: str
    kind: Literal["choice", "number", "widths", "switch"]
    help: str = ""
    flag_help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = _NO_LIMITS
    step: float = 0.1
    suggestions: tuple[Any, ...] = ()

    def check(self, value: Any) -> Any:
        """The value in its canonical type. Raises ConfigError, which names the value and what is allowed."""
        if self.kind == "number":
            if self.limits.allows(value):
                return int(value) if self.limits.whole else float(value)
            limits = self.limits.describe()
            raise ConfigError("{field} is {value!r}; it must be {limits}.", field=self.name, value=value, limits=limits)
        if self.kind == "switch":
            if isinstance(value, bool):
                return value
            raise ConfigError("{field} is {value!r}; it must be true or false.", field=self.name, value=value)
        # A list, as in an edited file, is in no dictionary.
        if value in list(self.choices):
            return value
        raise ConfigError(
            "{field} is {value!r}; it must be one of {choices}.",
            field=self.name,
            value=value,
            choices=", ".join(self.choices),
        )

    def describe(self, value: Any) -> Message:
        """A value in words: a choice as the forms call it, everything else as it is typed."""
        if isinstance(value, bool):
            return message("yes") if value else message("no")
        if isinstance(value, str) and value in self.choices:
            return message(self.choices[value])
        return message("{value}", value=value_text(value))


def value_text(value: Any) -> str:
    """A value as it is typed: numbers in short, the sizes of layers joined by hyphens."""
    if isinstance(value, float):
        return f"{value:g}"
    return "-".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def find_field(name: str, arch: str) -> Field:
    """The setting of that name, among them the architecture's own options. Raises KeyError."""
    return option_fields(arch).get(name) or FIELDS[name]


def option_fields(arch: str) -> dict[str, Field]:
    """The architecture's own options by name. Raises OptionError for an unknown architecture."""
    return {option.name: _describe(option) for option in find_architecture(arch).options}


def _describe(option: Option) -> Field:
    shared = Field(option.name, option.label, "widths", option.help, suggestions=(32, 64, 128, 256))
    if option.kind == "choice":
        return replace(shared, kind="choice", choices=option.choices, suggestions=tuple(option.choices))
    if option.kind == "float":
        ends = option.minimum, option.maximum
        return replace(shared, kind="number", limits=Limits(*ends), suggestions=(ends[0], sum(ends) / 2, ends[1]))
    return shared


def config_error(error: OptionError) -> ConfigError:
    """An architecture's refusal as that of a configuration."""
    return ConfigError(Message(error.text, error.values))


def with_label(text: Message) -> Message:
    """A message about one setting ("field" among its values) that calls the setting by its label."""
    name = text.values.get("field")
    # Nearly every text of a page comes by here, and has none.
    if name is None:
        return text
    label = next((found[name].label for found in (FIELDS, *map(option_fields, MODELS)) if name in found), None)
    return replace(text, values={**text.values, "field": message(label)}) if label else text


def _number(name: str, label: str, limits: Limits, step: float, help: str = "", **more: Any) -> Field:
    return Field(name, label, "number", help, limits=limits, step=step, **more)


def _whole(name: str, label: str, minimum: int, maximum: int, help: str, step: int = 1, **more: Any) -> Field:
    return _number(name, label, Limits(minimum, maximum, whole=True), step, help, **more)


def _choice(name: str, label: str, choices: Mapping[str, str], help: str = "", is_tried: bool = True) -> Field:
    return Field(name, label, "choice", help, choices=choices, suggestions=tuple(choices) if is_tried else ())


_ENTRIES = (
    _choice("dataset", mark("Data set"), {name: info.title for name, info in DATASETS.items()}, is_tried=False),
    _choice("arch", mark("Architecture"), {name: entry.title for name, entry in MODELS.items()}, is_tried=False),
    _choice(
        "optimizer",
        mark("Optimizer"),
        {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "adadelta": "Adadelta"},
    ),
    _number(
        "lr",
        mark("Learning rate"),
        Limits(0, 100, above_minimum=True),
        0.001,
        mark("The schedule multiplies it."),
        suggestions=(0.0001, 0.001, 0.01, 0.1),
    ),
    _number(
        "momentum",
        mark("Momentum"),
        Limits(0, 0.999),
        0.1,
        mark("Of SGD; the other optimizers ignore it."),
        suggestions=(0.0, 0.5, 0.9),
    ),
    _number(
        "weight_decay",
        mark("Weight decay"),
        Limits(0, 1),
        0.0001,
        mark("As the optimizer defines it."),
        suggestions=(0.0, 0.0001, 0.01),
    ),
    _choice(
        "schedule",
        mark("Schedule"),
        {"constant": mark("Constant"), "step": mark("Step down"), "one-cycle": mark("One cycle")},
        mark(
            "How the learning rate changes while training. Step down: by a factor after every few epochs. One cycle: "
            "up over the first 30 % of all steps, then down to nearly 0, by cosines."
        ),
    ),
    _number(
        "gamma",
        mark("Factor"),
        Limits(0, 1, above_minimum=True),
        0.1,
        mark("What the learning rate is multiplied by in each step down."),
        flag_help=mark("Chooses the step schedule."),
        suggestions=(0.5, 0.7, 0.9),
    ),
    _whole(
        "step_size",
        mark("Epochs a step"),
        1,
        1000,
        mark("Epochs between two steps down."),
        suggestions=(1, 2, 5),
    ),
    _whole(
        "batch_size",
        mark("Batch size"),
        1,
        _MOST_IMAGES,
        mark("Images in each training step; at most as many as are trained on."),
        suggestions=(8, 16, 32, 64),
    ),
    _whole(
        "test_batch_size",
        mark("Images measured at a time"),
        1,
        _MOST_IMAGES,
        mark("Decides speed and memory, not the result."),
    ),
    _whole(
        "epochs",
        mark("Epochs"),
        1,
        1000,
        mark("Passes over the training images."),
        suggestions=(1, 2, 5, 10),
    ),
    _whole(
        "seed",
        mark("Seed"),
        0,
        2**32 - 1,
        mark("Decides start weights, order of batches and dropout."),
        suggestions=(1, 2, 3, 4, 5),
    ),
    _number(
        "val_fraction",
        mark("Validation share"),
        Limits(0, 0.9),
        0.05,
        mark("Share of the training images that is kept for validation, taken from their end."),
    ),
    # 0 is for a run that has images of its own beside the data set's.
    _whole(
        "train_images",
        mark("Training images"),
        0,
        _MOST_IMAGES,
        mark("At most this many of the data set's training images are trained on, its first ones."),
        step=1000,
        suggestions=(1000, 5000, 20_000, 60_000),
    ),
    Field(
        "watch_test",
        mark("Watch the test set"),
        "switch",
        mark("Measure the test set after every epoch. Nothing is chosen by it."),
    ),
    Field(
        "keep_best",
        mark("Keep the best epoch"),
        "switch",
        mark("Keep the weights of the epoch with the best validation accuracy instead of the last."),
    ),
    _choice(
        "scaling",
        mark("Pixels"),
        {"standard": mark("Normalised"), "unit": mark("0 to 1")},
        mark("Normalised: minus the data set's mean, divided by its standard deviation. 0 to 1: divided by 255."),
    ),
    _choice(
        "augment",
        mark("Augmentation"),
        {"none": mark("None"), "warp": mark("Warped a little")},
        mark("Warped: each training image is shifted, turned, slanted, bent and thickened, anew in every epoch."),
    ),
    _choice(
        "precision",
        mark("Numeric precision"),
        {"float32": mark("32 bits"), "bfloat16": mark("16 bits")},
        mark(
            "Of the products in training. 16 bits (bfloat16) have a third of the digits: large products take less time "
            "on processors and GPUs made for them, more on others. Weights and predictions stay at 32 bits."
        ),
    ),
    _choice(
        "gradients",
        mark("Gradients"),
        {BY_HAND: mark("By hand"), AUTOGRAD: mark("Autograd"), AUTO_GRADIENTS: mark("Automatic")},
        mark(
            "By hand: from formulas written out for dense layers and for the classic CNN, on the processor; autograd "
            "has the others. Automatic: what a short measurement finds faster when the run starts. What is learned is "
            "the same but for rounding."
        ),
        is_tried=False,
    ),
    _choice(
        "device",
        mark("Device"),
        {"auto": mark("Automatic"), "cpu": mark("Processor"), "cuda": mark("NVIDIA GPU"), "mps": mark("Apple GPU")},
        mark("Automatic takes a GPU when there is one."),
        is_tried=False,
    ),
    _whole(
        "threads",
        mark("Threads"),
        AUTO_THREADS,
        MOST_THREADS,
        mark(
            "Processor threads. One is fastest for most networks, and wherever other work runs beside. 0 takes what a "
            "short measurement finds fastest when the run starts."
        ),
    ),
)

# The fields of `RunConfig` by name, in its order; all but the options of the architecture.
FIELDS: dict[str, Field] = {entry.name: entry for entry in _ENTRIES}
