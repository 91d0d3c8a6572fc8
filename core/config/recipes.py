"""The tutorials' systems as configurations: one recipe each, with the figures that were published for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

from core.config.run_config import RunConfig
from core.errors import ConfigError

# Where a run computes is no part of what it computes.
_NOT_COMPARED = ("device", "threads")
# The last 10,000 of MNIST's 60,000 training images.
_VAL_FRACTION = 1 / 6


class Difference(NamedTuple):
    """A field that a configuration has changed. An option of the architecture stands under its own name."""

    field: str
    recipe: Any
    config: Any


@dataclass(frozen=True)
class Recipe:
    """One tutorial's system.

    summary: one sentence. source: which tutorial.
    goal: test accuracy to reach, as a share; None where a published figure says it all.
    published: figures of the tutorial's own run, by the names "test_accuracy", "train_accuracy", "train_loss".
    grid: for a sweep, the values tried of each field or option; empty for a single run.
    """

    id: str
    title: str
    summary: str
    source: str
    config: RunConfig
    goal: float | None = None
    published: Mapping[str, float] = field(default_factory=dict)
    grid: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "published", MappingProxyType(dict(self.published)))
        object.__setattr__(self, "grid", MappingProxyType(dict(self.grid)))

    def cells(self) -> list[RunConfig]:
        """The configurations of the grid, row by row; the configuration alone where there is no grid."""
        return [
            change(self.config, dict(zip(self.grid, values, strict=True))) for values in product(*self.grid.values())
        ]


def find_recipe(recipe_id: str) -> Recipe:
    """The recipe of that id; raises ConfigError with the known ids."""
    try:
        return RECIPES[recipe_id]
    except (KeyError, TypeError):
        raise ConfigError(f"Unknown recipe {recipe_id!r}; known: {', '.join(RECIPES)}.") from None


def differences(recipe: Recipe, config: RunConfig) -> list[Difference]:
    """What `config` changes of the recipe, in the order of the fields; empty when it is followed to the letter.

    Options that only one of two architectures has are left out: the architectures' names say it.
    """
    ours, theirs = _flatten(recipe.config), _flatten(config)
    return [Difference(name, ours[name], theirs[name]) for name in ours if theirs.get(name, ours[name]) != ours[name]]


def change(config: RunConfig, values: Mapping[str, Any]) -> RunConfig:
    """A copy with some fields changed, options of the architecture among them by their own names.

    Raises ConfigError.
    """
    known = {f.name for f in fields(config)}
    options = {name: value for name, value in values.items() if name not in known}
    direct = {name: value for name, value in values.items() if name in known}
    return config.replace(options={**config.options, **options}, **direct)


def _flatten(config: RunConfig) -> dict[str, Any]:
    values = {name: value for name, value in config.to_dict().items() if name not in (*_NOT_COMPARED, "options")}
    return values | dict(config.options)


# Each of these tutorials measures its last epoch's weights, so none keeps an earlier, better epoch's.
_SGD = RunConfig(optimizer="sgd", keep_best=False)

_SCRATCH = _SGD.replace(lr=0.01, batch_size=8, epochs=10, scaling="unit", val_fraction=_VAL_FRACTION)

_TWIN = _SCRATCH.replace(arch="mlp", options={"hidden": (128, 128), "start": "numpy"})

_FASHION = _SGD.replace(
    dataset="fashion-mnist",
    lr=0.1,
    batch_size=256,
    epochs=10,
    scaling="unit",
    val_fraction=0.0,
    watch_test=True,
)

_TINY = RunConfig(
    optimizer="adam",
    lr=0.001,
    batch_size=15,
    scaling="unit",
    val_fraction=0.0,
    keep_best=False,
)

_DEEP_SOURCE = "A deep MLP for MNIST in PyTorch"
_SCRATCH_SOURCE = "MNIST from scratch in NumPy, with a PyTorch twin"
_CNN_SOURCE = "PyTorch's MNIST example (github.com/pytorch/examples, mnist)"
_FASHION_SOURCE = "Dive into Deep Learning: softmax regression and multilayer perceptrons on Fashion-MNIST"
_TINY_SOURCE = "A tiny MLP in PyTorch, saved, loaded and drawn for"

_ENTRIES = (
    Recipe(
        "deep-mlp",
        "Deep MLP",
        "Four hidden layers on normalised MNIST by SGD with momentum, the test set watched after each epoch.",
        _DEEP_SOURCE,
        _SGD.replace(
            options={"hidden": (512, 256, 128, 64)},
            lr=0.01,
            momentum=0.5,
            batch_size=64,
            epochs=10,
            val_fraction=0.0,
            watch_test=True,
        ),
        goal=0.975,
    ),
    Recipe(
        "numpy-mlp",
        "NumPy MLP",
        "Two hidden layers of 128 in NumPy alone, backpropagation written by hand, Kaiming start, batches of 8.",
        _SCRATCH_SOURCE,
        _SCRATCH.replace(arch="numpy-mlp", options={"hidden": (128, 128)}),
        published={"test_accuracy": 0.9768},
    ),
    Recipe(
        "torch-mlp",
        "PyTorch twin",
        "The NumPy MLP in PyTorch, from the same start weights and over the same batches.",
        _SCRATCH_SOURCE,
        _TWIN,
        published={"test_accuracy": 0.9761},
    ),
    Recipe(
        "mlp-sweep",
        "Sweep of the MLP",
        "Hidden size against batch size, sixteen networks compared by validation accuracy.",
        _SCRATCH_SOURCE,
        _TWIN,
        grid={"hidden": tuple((width, width) for width in (32, 64, 128, 256)), "batch_size": (8, 16, 32, 64)},
    ),
    Recipe(
        "cnn",
        "Classic CNN",
        "Two convolutions, pooling and dropout by Adadelta, its learning rate falling by 0.7 each epoch.",
        _CNN_SOURCE,
        RunConfig(
            arch="cnn",
            optimizer="adadelta",
            lr=1.0,
            schedule="step",
            gamma=0.7,
            batch_size=64,
            epochs=14,
            seed=1,
            val_fraction=0.0,
            watch_test=True,
            keep_best=False,
        ),
        goal=0.991,
    ),
    Recipe(
        "fashion-softmax",
        "Fashion softmax regression",
        "A single linear layer on Fashion-MNIST, the line that every deeper network has to beat.",
        _FASHION_SOURCE,
        _FASHION.replace(arch="softmax", options={}),
        goal=0.83,
    ),
    Recipe(
        "fashion-mlp-scratch",
        "Fashion MLP from scratch",
        "One hidden layer of 256 on Fashion-MNIST from raw parameters and a ReLU of our own.",
        _FASHION_SOURCE,
        _FASHION.replace(arch="mlp-scratch", options={}),
        published={"train_loss": 0.384, "train_accuracy": 0.865, "test_accuracy": 0.85},
    ),
    Recipe(
        "fashion-mlp",
        "Fashion MLP",
        "The same network through torch.nn, its weights started from N(0, 0.01).",
        _FASHION_SOURCE,
        _FASHION.replace(options={"hidden": (256,), "start": "normal"}),
        published={"train_loss": 0.386, "train_accuracy": 0.864, "test_accuracy": 0.85},
    ),
    Recipe(
        "tiny-mlp-2",
        "Tiny MLP, 2 epochs",
        "Four narrow hidden layers by Adam in batches of 15, trained in a minute.",
        _TINY_SOURCE,
        _TINY.replace(options={"hidden": (64, 64, 32, 32)}, epochs=2),
        goal=0.95,
    ),
    Recipe(
        "tiny-mlp-4",
        "Tiny MLP, 4 epochs",
        "Three hidden layers of 64 by Adam, to be saved as a plain file of weights, loaded and drawn for.",
        _TINY_SOURCE,
        _TINY.replace(options={"hidden": (64, 64, 64)}, epochs=4),
        goal=0.96,
    ),
)

RECIPES: dict[str, Recipe] = {entry.id: entry for entry in _ENTRIES}
