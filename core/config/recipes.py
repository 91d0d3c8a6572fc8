"""The tutorials' systems as configurations: one recipe each, with the figures that were published for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

from core.config.fields import FIELDS
from core.config.run_config import RunConfig
from core.errors import ConfigError
from models.texts import mark

# Fields that decide where and by what code a run computes, not what it computes.
_NOT_COMPARED = ("device", "threads", "gradients")
# The last 10,000 of MNIST's 60,000 training images.
_VAL_FRACTION = 1 / 6
# The last 5,000 of them.
_SMALL_VAL_FRACTION = 1 / 12


class Difference(NamedTuple):
    """A field that a configuration has changed. An option of the architecture stands under its own name."""

    field: str
    recipe: Any
    config: Any


@dataclass(frozen=True)
class Recipe:
    """One tutorial's system.

    summary: one sentence.
    goal: test accuracy to reach, as a share from 0 to 1; None where the published figures serve instead.
    published: figures of the tutorial's own run, by the names "test_accuracy", "train_accuracy", "train_loss".
    grid: for a sweep, the values tried of each field or option; empty for a single run.
    """

    id: str
    title: str
    summary: str
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
        raise ConfigError(
            "Unknown recipe {name!r}; known: {known}.", name=recipe_id, known=", ".join(RECIPES)
        ) from None


def differences(recipe: Recipe, config: RunConfig) -> list[Difference]:
    """What `config` changes of the recipe, in the order of the fields; empty when it is followed to the letter.

    Options that only one of two architectures has are left out: the architectures' names say it.
    """
    ours, theirs = _flatten(recipe.config), _flatten(config)
    return [Difference(name, ours[name], theirs[name]) for name in ours if theirs.get(name, ours[name]) != ours[name]]


def recipe_followed(config: RunConfig) -> Recipe | None:
    """The recipe of a single run that `config` follows to the letter, if it does."""
    single = (one for one in (*RECIPES.values(), EMBEDDED_DIGITS) if not one.grid)
    return next((one for one in single if not differences(one, config)), None)


def change(config: RunConfig, values: Mapping[str, Any]) -> RunConfig:
    """A copy with some fields changed, options of the architecture among them by their own names.

    Raises ConfigError.
    """
    options = {name: value for name, value in values.items() if name not in FIELDS}
    direct = {name: value for name, value in values.items() if name in FIELDS}
    return config.replace(options={**config.options, **options}, **direct)


def _flatten(config: RunConfig) -> dict[str, Any]:
    return {name: getattr(config, name) for name in FIELDS if name not in _NOT_COMPARED} | dict(config.options)


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

_ENTRIES = (
    # A deep MLP for MNIST in PyTorch.
    Recipe(
        "deep-mlp",
        mark("Deep MLP"),
        mark("Four hidden layers on normalised MNIST by SGD with momentum, the test set watched after each epoch."),
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
    # MNIST from scratch in NumPy, with a PyTorch twin.
    Recipe(
        "numpy-mlp",
        mark("NumPy MLP"),
        mark("Two hidden layers of 128 in NumPy alone, backpropagation written by hand, Kaiming start, batches of 8."),
        _SCRATCH.replace(arch="numpy-mlp", options={"hidden": (128, 128)}),
        published={"test_accuracy": 0.9768},
    ),
    Recipe(
        "torch-mlp",
        mark("PyTorch twin"),
        mark("The NumPy MLP in PyTorch, from the same start weights and over the same batches."),
        _TWIN,
        published={"test_accuracy": 0.9761},
    ),
    Recipe(
        "mlp-sweep",
        mark("Sweep of the MLP"),
        mark("Hidden size against batch size, compared by validation accuracy."),
        _TWIN,
        grid={"hidden": tuple((width, width) for width in (32, 64, 128, 256)), "batch_size": (8, 16, 32, 64)},
    ),
    # PyTorch's MNIST example (github.com/pytorch/examples, mnist).
    Recipe(
        "cnn",
        mark("Classic CNN"),
        mark("Two convolutions, pooling and dropout by Adadelta, its learning rate falling by 0.7 each epoch."),
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
    # Dive into Deep Learning (d2l.ai): softmax regression and multilayer perceptrons on Fashion-MNIST.
    Recipe(
        "fashion-softmax",
        mark("Fashion softmax regression"),
        mark("A single linear layer on Fashion-MNIST, the line that every deeper network has to beat."),
        _FASHION.replace(arch="softmax", options={}),
        goal=0.83,
    ),
    Recipe(
        "fashion-mlp-scratch",
        mark("Fashion MLP from scratch"),
        mark("One hidden layer of 256 on Fashion-MNIST from raw parameters and its own ReLU."),
        _FASHION.replace(arch="mlp-scratch", options={}),
        published={"train_loss": 0.384, "train_accuracy": 0.865, "test_accuracy": 0.85},
    ),
    Recipe(
        "fashion-mlp",
        mark("Fashion MLP"),
        mark("The same network through torch.nn, its weights started from N(0, 0.01)."),
        _FASHION.replace(options={"hidden": (256,), "start": "normal"}),
        published={"train_loss": 0.386, "train_accuracy": 0.864, "test_accuracy": 0.85},
    ),
    # A tiny MLP in PyTorch, saved, loaded and drawn for.
    Recipe(
        "tiny-mlp-2",
        mark("Tiny MLP, 2 epochs"),
        mark("Four narrow hidden layers by Adam in batches of 15, trained in a minute."),
        _TINY.replace(options={"hidden": (64, 64, 32, 32)}, epochs=2),
        goal=0.95,
    ),
    Recipe(
        "tiny-mlp-4",
        mark("Tiny MLP, 4 epochs"),
        mark("Three hidden layers of 64 by Adam, to be saved as a plain file of weights, loaded and drawn for."),
        _TINY.replace(options={"hidden": (64, 64, 64)}, epochs=4),
        goal=0.96,
    ),
)

TUTORIALS: dict[str, Recipe] = {entry.id: entry for entry in _ENTRIES}

# No tutorial's: the network of the Draw page. The one that comes with the app has more images, which the summary names.
_HANDWRITING = Recipe(
    "handwriting",
    mark("Handwriting CNN"),
    mark(
        "Six convolutions on MNIST’s images, warped anew in every epoch. The network that comes with the app has "
        "also seen digits written with a pen, which MNIST lacks."
    ),
    RunConfig(
        arch="handwriting",
        optimizer="adamw",
        lr=0.003,
        weight_decay=0.02,
        schedule="one-cycle",
        batch_size=128,
        epochs=25,
        val_fraction=_SMALL_VAL_FRACTION,
        keep_best=False,
        augment="warp",
    ),
)
# No tutorial's: how little time 99 % take; docs/speed.md says how it was found.
_SPRINT = Recipe(
    "sprint",
    mark("Sprint"),
    mark("A small CNN and one cycle of the learning rate: 99 % of MNIST’s test images within two epochs."),
    RunConfig(
        arch="sprint",
        optimizer="adamw",
        lr=0.01,
        weight_decay=0.01,
        schedule="one-cycle",
        batch_size=64,
        epochs=2,
        val_fraction=_SMALL_VAL_FRACTION,
        keep_best=False,
    ),
    goal=0.99,
)
# No tutorial's: how few mistakes one network makes; docs/speed.md says how it was found.
_BEST = Recipe(
    "best",
    mark("Best"),
    mark("Five convolutions on MNIST’s images, warped anew in every epoch: about 3 mistakes in 1,000 test images."),
    _HANDWRITING.config.replace(arch="best", options={}, epochs=30),
    goal=0.996,
)
_OWN = (_HANDWRITING, _SPRINT, _BEST)
RECIPES: dict[str, Recipe] = TUTORIALS | {recipe.id: recipe for recipe in _OWN}

# No tutorial's either: the one that runs wherever the app does.
EMBEDDED_DIGITS = Recipe(
    "embedded-digits",
    mark("Embedded digits"),
    mark("A small MLP on the digits that come with the app: no download, trained in seconds."),
    RunConfig(dataset="digits", batch_size=32, epochs=30),
)
BUNDLED_RECIPES = (*(recipe for recipe in _ENTRIES if not recipe.grid), EMBEDDED_DIGITS, _SPRINT, _BEST)
